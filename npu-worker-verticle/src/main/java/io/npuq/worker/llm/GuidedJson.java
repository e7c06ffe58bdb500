package io.npuq.worker.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.FinishReason;
import io.npuq.schema.Json;
import io.npuq.schema.Sampling;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.llm.guide.Guide;
import io.npuq.worker.llm.guide.GuidedAnswer;
import io.npuq.worker.llm.guide.Voice;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * An answer whose shape is given. Temperature, top-p, top-k and seed act on its values; penalties do not, as they would act on the
 * punctuation as well, and neither do stop strings, as they would cut the shape.
 */
final class GuidedJson implements Voice {
    private final Answer answer;
    private final Sampler sampler;
    private final AtChoice atChoice;

    /** Sees the logits where a choice is made, and may change them. */
    interface AtChoice {
        void look(int part, float[] logits, IntPredicate allowed);
    }

    GuidedJson(Answer answer, Sampling sampling, AtChoice atChoice) {
        this.answer = answer;
        this.atChoice = atChoice;
        Sampling plain = new Sampling(
                sampling.temperature(), sampling.topP(), sampling.topK(), 1, 0, 0, sampling.seed(), List.of());
        sampler = new Sampler(plain, Answer.random(sampling));
    }

    Generated run(Guide guide) {
        if (new GuidedAnswer(guide, this).run()) {
            return answer.end(FinishReason.STOP, parse(answer.text()));
        }
        return answer.end(answer.isCancelled() ? FinishReason.CANCELLED : FinishReason.LENGTH, null);
    }

    private static JsonNode parse(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a guided answer is no JSON", e);
        }
    }

    @Override
    public int[] tokens(String text) {
        return answer.model().tokenizer().continuation(text);
    }

    @Override
    public byte[] bytes(int token) {
        return answer.model().tokenBytes().of(token);
    }

    @Override
    public boolean endsTurn(int token) {
        return answer.endsTurn(token);
    }

    @Override
    public int tokensLeft() {
        return answer.tokensLeft();
    }

    @Override
    public void feed(int... tokens) {
        answer.feed(tokens);
    }

    @Override
    public int pick(IntPredicate allowed) {
        return answer.think() ? sampler.pick(answer.logits(), allowed) : CANCELLED;
    }

    @Override
    public int pick(int part, IntPredicate allowed) {
        if (!answer.think()) {
            return CANCELLED;
        }
        atChoice.look(part, answer.logits(), allowed);
        return sampler.pick(answer.logits(), allowed);
    }

    @Override
    public void send(String text) {
        answer.send(text);
    }
}
