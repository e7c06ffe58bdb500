package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a client of batches does. */
final class BatchKit {
    private static final String BOUNDARY = "the-boundary";
    private static final long LOOK_EVERY_NANOS = 20_000_000;

    private BatchKit() {}

    static String line(String customId, String word) {
        return "{\"custom_id\":\"" + customId + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\","
                + "\"body\":{\"messages\":[{\"role\":\"user\",\"content\":\"" + word + "\"}]}}";
    }

    static String lines(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> line("line-" + i, "word " + i))
                .collect(Collectors.joining("\n"));
    }

    static String field(String name, String value) {
        return "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    static String file(String content) {
        return "--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../in.jsonl\"\r\n"
                + "Content-Type: application/octet-stream\r\n\r\n" + content + "\r\n";
    }

    static HttpResponse<String> send(TestApi api, String... parts) {
        return api.send(api.request("/v1/files")
                .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                .POST(HttpRequest.BodyPublishers.ofString(String.join("", parts) + "--" + BOUNDARY + "--\r\n")));
    }

    static String upload(TestApi api, String content) {
        HttpResponse<String> sent = send(api, field("purpose", "batch"), file(content));
        assertEquals(200, sent.statusCode(), sent.body());
        return TestApi.json(sent).get("id").textValue();
    }

    static String creation(String file, String window) {
        return "{\"input_file_id\":\"" + file + "\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\""
                + window + "\"}";
    }

    static String create(TestApi api, String content) {
        return create(api, content, "24h");
    }

    static String create(TestApi api, String content, String window) {
        HttpResponse<String> made = api.post("/v1/batches", creation(upload(api, content), window));
        assertEquals(200, made.statusCode(), made.body());
        return TestApi.json(made).get("id").textValue();
    }

    static JsonNode batch(TestApi api, String id) {
        return TestApi.json(api.get("/v1/batches/" + id));
    }

    static JsonNode await(TestApi api, String id, String status) {
        JsonNode batch = batch(api, id);
        while (!batch.get("status").textValue().equals(status)) {
            assertFalse(
                    List.of("completed", "failed", "expired", "cancelled")
                            .contains(batch.get("status").textValue()),
                    batch.toString());
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
            batch = batch(api, id);
        }
        return batch;
    }

    static void await(BooleanSupplier happened) {
        while (!happened.getAsBoolean()) {
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    /** The lines of one of the batch's files. */
    static List<JsonNode> content(TestApi api, JsonNode batch, String file) {
        HttpResponse<String> content = api.get("/v1/files/" + batch.get(file).textValue() + "/content");
        assertEquals(200, content.statusCode(), content.body());
        return content.body().lines().map(TestApi::json).toList();
    }

    static List<String> customIds(List<JsonNode> lines) {
        return lines.stream()
                .map(line -> line.get("custom_id").textValue())
                .sorted()
                .toList();
    }

    /** What lies in one of the data directory's directories. */
    static List<String> names(TestApi api, String directory) {
        try (Stream<Path> files = Files.list(api.queue.directory.resolve(directory))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
