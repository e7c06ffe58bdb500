package io.npuq.api.kserve;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.InvalidInputException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request for inference, whatever protocol it came by.
 *
 * @param id the client's own name for it; empty for none
 * @param parameters by their names; texts, whole numbers, numbers, true and false
 * @param inputs each name once
 * @param outputs what is wanted; none for all there is
 */
public record Inference(String id, ObjectNode parameters, List<Tensor> inputs, List<Wanted> outputs) {
    /** Longest {@link #id}, in characters: it comes back with each piece of an answer. */
    private static final int ID_CHARS_MAX = 256;

    /**
     * An output that is wanted.
     *
     * @param binary whether in binary form; empty where the request as a whole says so
     */
    public record Wanted(String name, Optional<Boolean> binary) {}

    /** Checks the names. */
    public Inference {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        InvalidInputException.check(
                id.length() <= ID_CHARS_MAX, "id", "id must have at most " + ID_CHARS_MAX + " characters");
        Set<String> names = new HashSet<>();
        for (Tensor input : inputs) {
            InvalidInputException.check(
                    names.add(input.name()), "inputs", "the input " + input.name() + " is given twice");
        }
    }

    /** Whether that output is wanted in binary form. */
    boolean wantsBinary(String output) {
        boolean otherwise = parameters.path("binary_data_output").booleanValue();
        return outputs.stream()
                .filter(wanted -> wanted.name().equals(output))
                .findFirst()
                .flatMap(Wanted::binary)
                .orElse(otherwise);
    }
}
