package io.npuq.worker.llm;

import io.npuq.worker.engine.Generation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The prompt of the generation that was announced last, as the model reads it. One thread makes it, another takes it. */
final class PreparedPrompt {
    private @Nullable Generation generation;
    private int[] tokens = {};

    /** Keeps it, in the place of the one before. */
    synchronized void put(Generation announced, int[] prompt) {
        generation = announced;
        tokens = prompt;
    }

    /** Gives it away where it is that generation's; either way it is kept no longer. */
    synchronized Optional<int[]> take(Generation wanted) {
        Optional<int[]> fitting = wanted.equals(generation) ? Optional.of(tokens) : Optional.empty();
        generation = null;
        tokens = new int[0];
        return fitting;
    }
}
