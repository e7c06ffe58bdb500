package io.npuq.worker.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.npuq.schema.InvalidInputException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelNameTest {
    @ParameterizedTest
    @CsvSource({
        "phi3, phi3, phi3",
        "phi3:latest, phi3, phi3",
        "qwen2.5:1.5b, qwen2.5:1.5b, qwen2.5+1.5b",
        "OpenVINO/Qwen3-8B-int4-cw-ov, OpenVINO/Qwen3-8B-int4-cw-ov, OpenVINO--Qwen3-8B-int4-cw-ov",
        "hf.co/acme/tiny, acme/tiny, acme--tiny",
        "huggingface.co/acme/tiny:latest, acme/tiny, acme--tiny",
        "acme/tiny:v2, acme/tiny:v2, acme--tiny+v2"
    })
    void namesAndDirectoriesStandForEachOther(String given, String name, String directory) {
        ModelName parsed = ModelName.parse(given);

        assertEquals(name, parsed.value());
        assertEquals(directory, parsed.directory());
        assertEquals(Optional.of(parsed), ModelName.ofDirectory(directory));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ".", "..", "../x", "a/../b", "a/b/c", "/etc", "a\\b", "c:\\x", "a:b:c", "a--b", "-a", "a.",
                ".hidden", "a b", "con", "NUL.txt", "com1", "a/", "/a", ":a", "a:", "ä", "a\u0000"
            })
    void whatCouldLeadElsewhereIsNoName(String given) {
        assertThrows(InvalidInputException.class, () -> ModelName.parse(given));
    }

    @Test
    void longNamesAreRefused() {
        assertThrows(InvalidInputException.class, () -> ModelName.parse("a".repeat(201)));
    }
}
