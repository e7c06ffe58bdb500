package io.npuq.worker.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.Json;
import io.npuq.schema.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;

/**
 * SHA-256 over a model's files, by name: of each file in the order of their names, the name (below the directory) as UTF-8, a zero byte, the size as eight bytes
 * (most significant first), and the content. The answer is kept in the cache with the files' sizes and times, so that a second start is
 * quick.
 */
public final class ModelDigest {
    private static final int BUFFER_BYTES = 1 << 20;

    private ModelDigest() {}

    static String of(ModelDirectory model, Path cacheDir) throws IOException {
        return of(model.path(), filesOf(model), cacheDir);
    }

    /**
     * The digest of a model of these files.
     *
     * @param directory where they lie, or below which
     * @param files in the order in which they count
     * @param cacheDir where the answer is kept
     */
    public static String of(Path directory, List<Path> files, Path cacheDir) throws IOException {
        Path model = directory.toAbsolutePath().normalize();
        ObjectNode stamp = stampOf(model, files);
        Path kept = cacheDir.resolve("digest-" + model.getFileName() + ".json");
        if (Files.exists(kept)) {
            JsonNode old = Json.MAPPER.readTree(Files.readAllBytes(kept));
            if (old.path("files").equals(stamp)) {
                return old.path("digest").textValue();
            }
        }
        String digest = compute(directory, files);
        ObjectNode entry = Json.MAPPER.createObjectNode().put("digest", digest);
        entry.set("files", stamp);
        Path partial = Files.createTempFile(cacheDir, "digest-", ".partial");
        Files.write(partial, Json.MAPPER.writeValueAsBytes(entry));
        Files.move(partial, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return digest;
    }

    private static List<Path> filesOf(ModelDirectory model) throws IOException {
        try (Stream<Path> files = Files.list(model.path())) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static ObjectNode stampOf(Path model, List<Path> files) throws IOException {
        ObjectNode stamp = Json.MAPPER.createObjectNode();
        stamp.put("/", model.toString());
        for (Path file : files) {
            stamp.put(file.toString(), Files.size(file) + " " + Files.getLastModifiedTime(file));
        }
        return stamp;
    }

    private static String compute(Path directory, List<Path> files) throws IOException {
        MessageDigest sha = Sha256.digest();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (Path file : files) {
            sha.update(nameOf(directory, file).getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
            sha.update(ByteBuffer.allocate(Long.BYTES).putLong(0, Files.size(file)));
            try (InputStream in = Files.newInputStream(file)) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    sha.update(buffer, 0, n);
                }
            }
        }
        return Sha256.hex(sha);
    }

    /** Its path below the directory, with slashes. */
    private static String nameOf(Path directory, Path file) {
        return directory.relativize(file).toString().replace('\\', '/');
    }
}
