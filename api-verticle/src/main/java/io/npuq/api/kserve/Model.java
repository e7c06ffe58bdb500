package io.npuq.api.kserve;

import io.npuq.schema.InvalidInputException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A model as this dialect shows it.
 *
 * @param name as the server names it
 * @param embeds whether it makes vectors; otherwise, text
 * @param ready whether some lane runs jobs with it
 */
public record Model(String name, boolean embeds, boolean ready) {
    /** The one version that a model has. */
    public static final String VERSION = "1";

    /** What runs all models. */
    public static final String PLATFORM = "npuq";

    /** The input that each model needs. */
    static final String TEXT_INPUT = "text_input";

    private static final long ANY = -1;

    private static final List<Slot> GENERATION = List.of(
            new Slot(TEXT_INPUT, Datatype.BYTES, List.of(1L)),
            new Slot("max_tokens", Datatype.INT32, List.of(1L)),
            new Slot("temperature", Datatype.FP32, List.of(1L)),
            new Slot("top_p", Datatype.FP32, List.of(1L)),
            new Slot("top_k", Datatype.INT32, List.of(1L)),
            new Slot("repetition_penalty", Datatype.FP32, List.of(1L)),
            new Slot("frequency_penalty", Datatype.FP32, List.of(1L)),
            new Slot("presence_penalty", Datatype.FP32, List.of(1L)),
            new Slot("seed", Datatype.INT64, List.of(1L)),
            new Slot("stop", Datatype.BYTES, List.of(ANY)),
            new Slot("stream", Datatype.BOOL, List.of(1L)),
            new Slot("raw", Datatype.BOOL, List.of(1L)),
            new Slot("sampling_parameters", Datatype.BYTES, List.of(1L)));
    private static final List<Slot> TEXT_OUT = List.of(new Slot("text_output", Datatype.BYTES, List.of(1L)));
    private static final List<Slot> TEXTS_IN = List.of(new Slot(TEXT_INPUT, Datatype.BYTES, List.of(ANY)));
    private static final List<Slot> VECTORS_OUT = List.of(new Slot("embedding", Datatype.FP32, List.of(ANY, ANY)));

    /**
     * A tensor that a model takes or makes.
     *
     * @param shape −1 where any length will do
     */
    public record Slot(String name, Datatype datatype, List<Long> shape) {}

    /** What it takes; only {@code text_input} must be there. */
    public List<Slot> inputs() {
        return embeds ? TEXTS_IN : GENERATION;
    }

    /** What it makes. */
    public List<Slot> outputs() {
        return embeds ? VECTORS_OUT : TEXT_OUT;
    }

    /** Refuses outputs that it does not make. */
    void checkOutputs(Inference inference) {
        List<String> made = outputs().stream().map(Slot::name).toList();
        boolean known = inference.outputs().stream().allMatch(wanted -> made.contains(wanted.name()));
        InvalidInputException.check(
                known,
                "outputs",
                "an output is wanted that the model does not make; it makes "
                        + made.stream().collect(Collectors.joining(", ")));
    }
}
