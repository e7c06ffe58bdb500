package io.npuq.worker.llm;

import io.npuq.schema.FinishReason;
import io.npuq.schema.Sampling;
import io.npuq.worker.engine.Generated;

/** The token loop of an answer without a shape. */
final class FreeAnswer {
    private final Answer answer;
    private final Sampler sampler;
    private final AnswerText text;
    private final StopStrings stops;

    FreeAnswer(Answer answer, int[] prompt, Sampling sampling) {
        this.answer = answer;
        sampler = new Sampler(sampling, Answer.random(sampling));
        sampler.prompt(prompt);
        text = AnswerText.of(answer.model());
        stops = new StopStrings(sampling.stop());
    }

    Generated run() {
        FinishReason reason = loop();
        answer.send(stops.end());
        return answer.end(stops.found() ? FinishReason.STOP : reason, null);
    }

    private FinishReason loop() {
        while (answer.tokensLeft() > 0) {
            if (!answer.think()) {
                return FinishReason.CANCELLED;
            }
            int token = sampler.pick(answer.logits());
            answer.feed(token);
            if (answer.endsTurn(token)) {
                return FinishReason.STOP;
            }
            answer.send(stops.pass(text.add(token)));
            if (stops.found()) {
                return FinishReason.STOP;
            }
        }
        return FinishReason.LENGTH;
    }
}
