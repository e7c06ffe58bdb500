package io.npuq.worker.llm;

import io.npuq.schema.Sampling;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/**
 * Chooses the next token: penalties, temperature, top-k, top-p, in this order; greedy at temperature 0. It changes the logits that it is
 * given.
 */
final class Sampler {
    /** After so many refusals in a row it is quicker to ask of all candidates at once. */
    private static final int DRAWS_MAX = 16;

    private final Sampling sampling;
    private final Penalties penalties;
    private final RandomGenerator random;
    private final Candidates candidates = new Candidates();

    Sampler(Sampling sampling, RandomGenerator random) {
        this.sampling = sampling;
        this.random = random;
        penalties = new Penalties(sampling);
    }

    /** Counts the prompt: the repetition penalty looks at it too. */
    void prompt(int[] tokens) {
        penalties.prompt(tokens);
    }

    /** The next token. */
    int pick(float[] logits) {
        penalties.apply(logits);
        int token = sampling.temperature() == 0 ? likeliest(logits) : draw(logits, any -> true);
        penalties.answered(token);
        return token;
    }

    /**
     * The next token among those that are allowed; at least one must be.
     *
     * @param allowed asked for few tokens only, the likely ones
     */
    int pick(float[] logits, IntPredicate allowed) {
        penalties.apply(logits);
        int token = sampling.temperature() == 0 ? likeliest(logits, allowed) : draw(logits, allowed);
        penalties.answered(token);
        return token;
    }

    private int draw(float[] logits, IntPredicate allowed) {
        candidates.collect(logits, sampling);
        // Drawing again without what was refused is drawing from the allowed ones only.
        for (int i = 0; i < DRAWS_MAX && !candidates.isEmpty(); i++) {
            int token = candidates.draw(random);
            if (allowed.test(token)) {
                return token;
            }
        }
        candidates.keepOnly(allowed);
        return candidates.isEmpty() ? likeliest(logits, allowed) : candidates.draw(random);
    }

    private static int likeliest(float[] logits) {
        int best = 0;
        float most = logits[0];
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > most) {
                most = logits[i];
                best = i;
            }
        }
        return best;
    }

    /** Asks only of tokens that beat the best one so far: about as many as the logarithm of the vocabulary. */
    private static int likeliest(float[] logits, IntPredicate allowed) {
        int best = -1;
        for (int i = 0; i < logits.length; i++) {
            if ((best < 0 || logits[i] > logits[best]) && allowed.test(i)) {
                best = i;
            }
        }
        if (best < 0) {
            throw new IllegalStateException("no token of the vocabulary is allowed here");
        }
        return best;
    }
}
