package io.npuq.worker.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.worker.setup.ModelCard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;

/** The {@link ModelCard} of a pulled model: where it came from, and the size and SHA-256 of each of its files. Its own hash is the model's digest. */
final class PulledCard {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PulledCard() {}

    static void write(Path dir, Plan plan, SortedMap<String, String> sha256) throws IOException {
        ObjectNode card = JSON.createObjectNode()
                .put("name", plan.name().value())
                .put("source", plan.repository())
                .put("commit", plan.commit())
                .put("fingerprint", plan.fingerprint());
        ObjectNode files = card.putObject("files");
        for (Map.Entry<String, String> file : sha256.entrySet()) {
            files.putObject(file.getKey())
                    .put("bytes", plan.file(file.getKey()).bytes())
                    .put("sha256", file.getValue());
        }
        JSON.writerWithDefaultPrettyPrinter()
                .writeValue(dir.resolve(ModelCard.FILE).toFile(), card);
    }
}
