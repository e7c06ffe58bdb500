package io.npuq.worker.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.FinishReason;
import io.npuq.schema.Json;
import io.npuq.schema.Sampling;
import io.npuq.schema.shape.JsonShape;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.llm.grammar.Grammar;
import io.npuq.worker.llm.guide.DocumentAnswer;
import io.npuq.worker.llm.guide.Guide;
import io.npuq.worker.llm.guide.GuidedAnswer;
import io.npuq.worker.llm.guide.Voice;
import java.util.List;
import java.util.function.IntPredicate;

/** An answer whose shape is given: temperature, top-p, top-k and seed act on what the shape leaves open. */
final class GuidedJson implements Voice {
    private final Answer answer;
    private final Sampler sampler;
    private final AtChoice atChoice;

    /** Sees the logits where a choice is made, and may change them. */
    interface AtChoice {
        void look(int part, float[] logits, IntPredicate allowed);
    }

    private GuidedJson(Answer answer, Sampler sampler, AtChoice atChoice) {
        this.answer = answer;
        this.atChoice = atChoice;
        this.sampler = sampler;
    }

    /**
     * Of a bounded kind's own shape. Penalties do not act on it, as they would act on the punctuation as well, and neither do stop strings, as
     * they would cut the shape.
     */
    static Generated run(Answer answer, Guide guide, Sampling sampling, AtChoice atChoice) {
        Sampling plain = new Sampling(
                sampling.temperature(), sampling.topP(), sampling.topK(), 1, 0, 0, sampling.seed(), List.of());
        GuidedJson voice = new GuidedJson(answer, new Sampler(plain, Answer.random(sampling)), atChoice);
        return voice.end(new GuidedAnswer(guide, voice).run());
    }

    /** Of a shape that the client gave. Penalties act on the tokens that are picked. */
    static Generated run(Answer answer, JsonShape shape, int[] prompt, Sampling sampling) {
        Sampler sampler = new Sampler(sampling, Answer.random(sampling));
        sampler.prompt(prompt);
        GuidedJson voice = new GuidedJson(answer, sampler, (part, logits, allowed) -> {});
        return voice.end(new DocumentAnswer(Grammar.of(shape), voice).run());
    }

    private Generated end(boolean whole) {
        if (whole) {
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
