package io.npuq.worker.llm;

import io.npuq.schema.Sampling;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Makes tokens that came before less likely. Repetition looks at prompt and answer: it divides a positive logit and multiplies a negative
 * one. Frequency (for each time) and presence (once) look at the answer, and are subtracted.
 */
final class Penalties {
    private final Sampling sampling;
    private final Set<Integer> seen = new HashSet<>();
    private final Map<Integer, Integer> answered = new HashMap<>();

    Penalties(Sampling sampling) {
        this.sampling = sampling;
    }

    void prompt(int[] tokens) {
        for (int token : tokens) {
            seen.add(token);
        }
    }

    void answered(int token) {
        seen.add(token);
        answered.merge(token, 1, Integer::sum);
    }

    void apply(float[] logits) {
        if (sampling.repetitionPenalty() != 1) {
            float penalty = (float) sampling.repetitionPenalty();
            seen.forEach(
                    token -> logits[token] = logits[token] > 0 ? logits[token] / penalty : logits[token] * penalty);
        }
        if (sampling.frequencyPenalty() != 0 || sampling.presencePenalty() != 0) {
            answered.forEach((token, times) ->
                    logits[token] -= (float) (sampling.frequencyPenalty() * times + sampling.presencePenalty()));
        }
    }
}
