package io.npuq.worker.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/**
 * How a model's weights were compressed, as its exporter noted it.
 *
 * @param mode such as {@code int4_sym}; {@code unknown} when nothing was noted
 * @param ratio share of the layers that are so, such as {@code 1.0}
 * @param groupSize weights that share a scale; {@code -1} for a whole channel
 */
record Quantization(String mode, String ratio, String groupSize) {
    private static final String UNKNOWN = "unknown";

    /** From the graph's {@code rt_info}, else from {@code openvino_config.json}. */
    static Quantization of(ModelDirectory model, IrGraph graph) throws IOException {
        Optional<String> mode = graph.rtInfo("nncf", "weight_compression", "mode");
        return mode.isPresent()
                ? new Quantization(mode.get(), noted(graph, "ratio"), noted(graph, "group_size"))
                : ofConfig(model);
    }

    private static String noted(IrGraph graph, String name) {
        return graph.rtInfo("nncf", "weight_compression", name).orElse(UNKNOWN);
    }

    private static Quantization ofConfig(ModelDirectory model) throws IOException {
        var file = model.file("openvino_config.json");
        JsonNode config = Files.exists(file)
                ? Json.MAPPER.readTree(Files.readAllBytes(file)).path("quantization_config")
                : Json.MAPPER.missingNode();
        String mode = config.path("bits").isInt()
                ? "int" + config.path("bits").intValue() + (config.path("sym").booleanValue() ? "_sym" : "_asym")
                : UNKNOWN;
        return new Quantization(
                mode,
                config.path("ratio").asText(UNKNOWN),
                config.path("group_size").asText(UNKNOWN));
    }

    /** Whether the exporter noted anything: a model without a note may be fit all the same. */
    boolean isNoted() {
        return !mode.equals(UNKNOWN);
    }

    /** What is wrong with it for the NPU, in a sentence; empty when nothing is. */
    Optional<String> npuComplaint() {
        boolean fit = mode.equals("int4_sym")
                && (ratio.equals("1.0") || ratio.equals("1"))
                && (groupSize.equals("128") || groupSize.equals("-1"));
        return fit
                ? Optional.empty()
                : Optional.of(
                        "the NPU wants INT4 symmetric weights, ratio 1.0, group size 128 or -1; this model has mode "
                                + mode + ", ratio " + ratio + ", group size " + groupSize
                                + " (optimum-cli export openvino --weight-format int4 --sym --ratio 1.0 --group-size 128)");
    }
}
