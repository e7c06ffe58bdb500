package io.npuq.worker.setup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code npuq-model.json} in a model's directory: its name, source, licence, and the size and SHA-256 of each of its files. */
public final class ModelCard {
    /** Its name in the directory. */
    public static final String FILE = "npuq-model.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelCard() {}

    /** Whether the directory holds the files of its card, by name and size, and the card is of this fingerprint. */
    public static boolean isIntact(Path dir, String fingerprint) throws SetupException {
        Path card = dir.resolve(FILE);
        if (!Files.exists(card)) {
            return false;
        }
        try {
            JsonNode root = JSON.readTree(card.toFile());
            if (!root.path("fingerprint").asText().equals(fingerprint)
                    || root.path("files").isEmpty()) {
                return false;
            }
            for (Map.Entry<String, JsonNode> file : root.path("files").properties()) {
                Path path = dir.resolve(file.getKey());
                if (!Files.exists(path)
                        || Files.size(path) != file.getValue().path("bytes").asLong()) {
                    return false;
                }
            }
            return true;
        } catch (JsonProcessingException e) {
            return false; // a damaged card: the model is made again
        } catch (IOException e) {
            throw SetupException.of("read " + card, e);
        }
    }

    static void checkMayReplace(Path dir) throws SetupException {
        if (Files.exists(dir) && !Files.exists(dir.resolve(FILE))) {
            throw new SetupException(dir + " was not made by npuq's set-up, which wants to put its model there:"
                    + " move it away, or give it as --model " + dir);
        }
    }

    static void write(Path dir, Recipe recipe) throws IOException {
        ObjectNode card = JSON.createObjectNode()
                .put("name", recipe.modelName())
                .put("source", recipe.modelSource())
                .put("licence", recipe.modelLicence())
                .put("fingerprint", recipe.modelFingerprint());
        ObjectNode files = card.putObject("files");
        for (Path file : files(dir)) {
            files.putObject(file.getFileName().toString())
                    .put("bytes", Files.size(file))
                    .put("sha256", sha256(file));
        }
        JSON.writerWithDefaultPrettyPrinter().writeValue(dir.resolve(FILE).toFile(), card);
    }

    private static List<Path> files(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.sorted().toList();
        }
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = Sha256.digest();
            in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return Sha256.hex(digest);
        }
    }
}
