package io.npuq.worker.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.worker.setup.ModelName;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {
    private final Catalogue catalogue = Catalogue.standard();

    @ParameterizedTest
    @CsvSource({
        "qwen2.5:1.5b, OpenVINO/Qwen2.5-1.5B-Instruct-int4-ov",
        "tinyllama:latest, OpenVINO/TinyLlama-1.1B-Chat-v1.0-int4-ov",
        "phi-3, OpenVINO/Phi-3-mini-4k-instruct-int4-cw-ov",
        "phi3, OpenVINO/Phi-3-mini-4k-instruct-int4-cw-ov",
        "bge-small, laion/bge-small-en-v1.5_openvino_int8"
    })
    void friendlyNamesStandForRepositories(String name, String repository) {
        assertEquals(
                repository, catalogue.find(ModelName.parse(name)).orElseThrow().repository());
    }

    @Test
    void everyNameIsOneAndMeansOneThing() {
        Set<String> seen = new HashSet<>();
        for (CatalogueEntry entry : catalogue.entries()) {
            assertTrue(seen.add(ModelName.parse(entry.name()).value()), entry.name());
            entry.aliases()
                    .forEach(alias -> assertTrue(seen.add(ModelName.parse(alias).value()), alias));
            assertTrue(ModelName.parse(entry.repository()).isRepository(), entry.repository());
        }
    }

    @Test
    void theNpuIsPromisedOnlyToInt4() {
        catalogue.entries().stream()
                .filter(entry -> entry.devices().contains("NPU"))
                .forEach(entry -> assertTrue(entry.quantization().startsWith("INT4"), entry.name()));
    }
}
