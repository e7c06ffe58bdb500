package io.npuq.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the next token is chosen.
 *
 * @param temperature 0 (greedy) to 2
 * @param topP 0 (exclusive) to 1; 1 is off
 * @param topK 0 is off
 * @param repetitionPenalty above 0; 1 is off
 * @param frequencyPenalty −2 to 2; 0 is off
 * @param presencePenalty −2 to 2; 0 is off
 * @param seed the same seed gives the same text on the same device; null draws one
 * @param stop texts that end the answer; they are not part of it
 */
public record Sampling(
        double temperature,
        double topP,
        int topK,
        double repetitionPenalty,
        double frequencyPenalty,
        double presencePenalty,
        @Nullable Long seed,
        List<String> stop) {
    /** Always the likeliest token. */
    public static final Sampling GREEDY = new Sampling(0, 1, 0, 1, 0, 0, null, List.of());

    /** Checks the bounds. */
    public Sampling {
        stop = List.copyOf(stop);
        InvalidInputException.check(
                temperature >= 0 && temperature <= 2, "temperature", "temperature must be from 0 to 2");
        InvalidInputException.check(topP > 0 && topP <= 1, "top_p", "top_p must be above 0 and at most 1");
        InvalidInputException.check(topK >= 0, "top_k", "top_k must not be negative");
        InvalidInputException.check(
                repetitionPenalty > 0 && repetitionPenalty <= 10,
                "repetition_penalty",
                "repetition_penalty must be above 0 and at most 10");
        InvalidInputException.check(
                frequencyPenalty >= -2 && frequencyPenalty <= 2,
                "frequency_penalty",
                "frequency_penalty must be from -2 to 2");
        InvalidInputException.check(
                presencePenalty >= -2 && presencePenalty <= 2,
                "presence_penalty",
                "presence_penalty must be from -2 to 2");
        InvalidInputException.check(
                stop.size() <= Limits.STOP_STRINGS_MAX
                        && stop.stream().allMatch(s -> !s.isEmpty() && s.length() <= Limits.STOP_CHARS_MAX),
                "stop",
                "stop takes at most " + Limits.STOP_STRINGS_MAX + " texts of 1 to " + Limits.STOP_CHARS_MAX
                        + " characters");
    }
}
