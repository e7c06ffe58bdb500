package io.npuq.api.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels have few values, whatever there is to be named. */
final class LabelsTest {
    @Test
    void beyondTheBoundAllModelsAreOne() {
        ModelLabel label = new ModelLabel();
        Set<String> values = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            values.add(label.of("model-" + i));
        }
        assertEquals(ModelLabel.MODELS_MAX + 1, values.size());
        assertEquals("model-0", label.of("model-0"));
        assertEquals(ModelLabel.OTHER, label.of("model-999"));
        assertEquals(ModelLabel.OTHER, label.of(null));
    }

    @ParameterizedTest
    @CsvSource({
        "NPU, NPU",
        "NPU.1, NPU",
        "GPU.0, GPU",
        "CPU, CPU",
        "remote upstream.example:8080, remote",
        "builtin, builtin",
        "NPU (test override: runs on CPU), NPU (test override)",
        "NPUX, other",
        "'', other",
        ", none"
    })
    void devicesAreNamedByTheirKind(String device, String label) {
        assertEquals(label, DeviceLabel.of(device));
    }
}
