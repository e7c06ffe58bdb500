package io.npuq.worker.llm;

import io.npuq.schema.FinishReason;
import io.npuq.schema.Sampling;
import io.npuq.worker.engine.Generated;
import java.nio.charset.StandardCharsets;

/** The token loop of an answer without a shape. */
final class FreeAnswer {
    private final Answer answer;
    private final Sampler sampler;
    private final AnswerText text;
    private final StopStrings stops;
    private final Form form;
    private final StringBuilder said = new StringBuilder();
    private boolean saysSomething;

    FreeAnswer(Answer answer, int[] prompt, Sampling sampling, Form form) {
        this.answer = answer;
        this.form = form;
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
            int token = pick();
            answer.feed(token);
            if (answer.endsTurn(token)) {
                return FinishReason.STOP;
            }
            String piece = text.add(token);
            answer.send(stops.pass(piece));
            if (stops.found() || isOver(piece)) {
                return FinishReason.STOP;
            }
        }
        return FinishReason.LENGTH;
    }

    private int pick() {
        return form == Form.ANY || saysSomething
                ? sampler.pick(answer.logits())
                : sampler.pick(answer.logits(), this::mayOpen);
    }

    private boolean mayOpen(int token) {
        String piece = new String(answer.model().tokenBytes().of(token), StandardCharsets.UTF_8);
        return form.mayOpen(piece, answer.endsTurn(token));
    }

    private boolean isOver(String piece) {
        if (form == Form.ANY) {
            return false;
        }
        said.append(piece);
        saysSomething = saysSomething || piece.codePoints().anyMatch(Character::isLetterOrDigit);
        return saysSomething && form.isOver(said);
    }
}
