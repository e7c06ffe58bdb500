package io.npuq.worker.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.FinishReason;
import io.npuq.schema.Sampling;
import io.npuq.schema.Usage;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Stopwatch;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One answer while it is made: the session that makes it, and what it has so far. */
final class Answer implements AutoCloseable {
    private final LoadedModel model;
    private final Session session;
    private final CancelSignal cancel;
    private final Consumer<String> listener;
    private final Stopwatch watch;
    private final int promptTokens;
    private final int tokensMax;
    private final StringBuilder text = new StringBuilder();
    private int tokens;

    /**
     * Begins behind the prompt, which fits.
     *
     * @param wanted the bound on the answer, before the device's own
     */
    Answer(
            LoadedModel model,
            int[] prompt,
            int wanted,
            Consumer<String> listener,
            CancelSignal cancel,
            Stopwatch watch) {
        this.model = model;
        this.cancel = cancel;
        this.listener = listener;
        this.watch = watch;
        promptTokens = prompt.length;
        tokensMax = model.limits().answerTokens(prompt.length, wanted);
        session = model.language().newSession(prompt.length + tokensMax);
        session.feed(prompt);
    }

    static SplittableRandom random(Sampling sampling) {
        Long seed = sampling.seed();
        return seed == null ? new SplittableRandom() : new SplittableRandom(seed);
    }

    LoadedModel model() {
        return model;
    }

    /** Adds tokens; there must be room. */
    void feed(int... more) {
        tokens += more.length;
        session.feed(more);
    }

    /** Tokens that it may still have. */
    int tokensLeft() {
        return tokensMax - tokens;
    }

    /** Makes the logits of the next token ready. False when it was cancelled. */
    boolean think() {
        if (cancel.isSet()) {
            return false;
        }
        session.infer();
        watch.token();
        return true;
    }

    float[] logits() {
        return session.logits();
    }

    boolean endsTurn(int token) {
        return model.endOfTurn().contains(token);
    }

    /** Passes text on; an empty one is none. */
    void send(String piece) {
        if (!piece.isEmpty()) {
            text.append(piece);
            listener.accept(piece);
        }
    }

    String text() {
        return text.toString();
    }

    boolean isCancelled() {
        return cancel.isSet();
    }

    Generated end(FinishReason reason, @Nullable JsonNode json) {
        return new Generated(
                text(), json, reason, new Usage(promptTokens, tokens), watch.firstTokenMs(), watch.elapsedMs());
    }

    @Override
    public void close() {
        session.close();
    }
}
