package io.npuq.api.generate;

import io.npuq.api.http.Fields;
import io.npuq.schema.Sampling;
import java.util.List;
import java.util.OptionalLong;

/** Reads how tokens are to be chosen; each field by the name that most clients use. */
public final class SamplingFields {
    /** The fields that are read. */
    public static final List<String> NAMES = List.of(
            "temperature",
            "top_p",
            "top_k",
            "repetition_penalty",
            "frequency_penalty",
            "presence_penalty",
            "seed",
            "stop");

    private SamplingFields() {}

    /** Greedy where nothing is said. */
    public static Sampling read(Fields body) {
        OptionalLong seed = body.integer("seed");
        return new Sampling(
                body.number("temperature").orElse(Sampling.GREEDY.temperature()),
                body.number("top_p").orElse(Sampling.GREEDY.topP()),
                body.integer("top_k", Sampling.GREEDY.topK()),
                body.number("repetition_penalty").orElse(Sampling.GREEDY.repetitionPenalty()),
                body.number("frequency_penalty").orElse(Sampling.GREEDY.frequencyPenalty()),
                body.number("presence_penalty").orElse(Sampling.GREEDY.presencePenalty()),
                seed.isEmpty() ? null : seed.getAsLong(),
                body.texts("stop"));
    }
}
