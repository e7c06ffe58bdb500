package io.npuq.worker.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.npuq.worker.TestRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RealSetupTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void modelIsThereWithItsTokenizersAndWithoutTheFileItWasMadeFrom() throws IOException {
        Path model = TestRuntime.smolLm2();

        for (String part : new String[] {"model", "tokenizer", "detokenizer"}) {
            assertTrue(Files.size(model.resolve("openvino_" + part + ".xml")) > 0);
            assertTrue(Files.size(model.resolve("openvino_" + part + ".bin")) > 0);
        }
        try (var files = Files.list(model)) {
            assertFalse(files.anyMatch(file -> file.toString().endsWith(".gguf")));
        }
    }

    @Test
    void endOfTurnIsTheOneOfTheModelsOwnMetadata() throws IOException {
        JsonNode config = JSON.readTree(
                TestRuntime.smolLm2().resolve("generation_config.json").toFile());

        assertEquals(2, config.path("eos_token_id").asInt(), "<|im_end|>");
        String tokenizer = Files.readString(TestRuntime.smolLm2().resolve("openvino_tokenizer.xml"));
        assertTrue(tokenizer.contains("<eos_token_id value=\"2\" />"));
    }

    @Test
    void cardNamesEachFileByItsHash() throws IOException, NoSuchAlgorithmException {
        JsonNode card =
                JSON.readTree(TestRuntime.smolLm2().resolve("npuq-model.json").toFile());

        assertEquals("Apache-2.0", card.path("licence").asText());
        assertEquals(7, card.path("files").size());
        for (Map.Entry<String, JsonNode> file : card.path("files").properties()) {
            byte[] content = Files.readAllBytes(TestRuntime.smolLm2().resolve(file.getKey()));
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            assertEquals(
                    HexFormat.of().formatHex(digest),
                    file.getValue().path("sha256").asText(),
                    file.getKey());
        }
    }
}
