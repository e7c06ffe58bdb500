package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An HTTP client of one server. */
final class Client {
    /** Longer than any answer takes. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** How many times a state is asked for; each time the server itself waits a little for news. */
    private static final int LOOKS_MAX = 3_000;

    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
    private static final Set<String> FINAL = Set.of("succeeded", "failed", "cancelled", "expired");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final String url;

    Client(String url) {
        this.url = url;
    }

    /** An answer. */
    record Reply(int status, HttpHeaders headers, JsonNode body) {
        Reply expect(int wanted) {
            assertEquals(wanted, status, () -> "answer " + body);
            return this;
        }

        String text(String field) {
            return body.path(field).asText();
        }

        List<String> keys() {
            return body.properties().stream().map(java.util.Map.Entry::getKey).toList();
        }
    }

    Reply get(String path) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(url + path)));
    }

    /** An answer that is not JSON. */
    String text(String path) throws IOException {
        HttpResponse<byte[]> answer = answer(HttpRequest.newBuilder(URI.create(url + path)));
        assertEquals(200, answer.statusCode(), path);
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    Reply post(String path, JsonNode body) throws IOException {
        return send(posting(path, body.toString()));
    }

    /** Under an idempotency key, with a body or without. */
    Reply post(String path, Optional<JsonNode> body, String key) throws IOException {
        HttpRequest.Builder request = body.isPresent()
                ? posting(path, body.get().toString())
                : HttpRequest.newBuilder(URI.create(url + path)).POST(BodyPublishers.noBody());
        return send(request.header(IDEMPOTENCY_KEY, key));
    }

    /** With one header more. */
    Reply post(String path, JsonNode body, String header, String value) throws IOException {
        return send(posting(path, body.toString()).header(header, value));
    }

    /** Submits jobs as lines under an idempotency key; answers the lines of the answer. */
    List<JsonNode> postLines(String path, List<? extends JsonNode> jobs, String key) throws IOException {
        String lines = jobs.stream().map(job -> job + "\n").collect(Collectors.joining());
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Content-Type", "application/x-ndjson")
                .header(IDEMPOTENCY_KEY, key)
                .POST(BodyPublishers.ofString(lines));
        HttpResponse<byte[]> answer = answer(request);
        assertEquals(200, answer.statusCode(), () -> new String(answer.body(), StandardCharsets.UTF_8));
        return Json.MAPPER
                .readerFor(JsonNode.class)
                .<JsonNode>readValues(answer.body())
                .readAll();
    }

    /** Sends a file of lines for batches; answers its id. */
    String sendFile(String lines) throws IOException {
        String form = "--npuq\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
                + "--npuq\r\nContent-Disposition: form-data; name=\"file\"; filename=\"lines.jsonl\"\r\n\r\n"
                + lines + "\r\n--npuq--\r\n";
        return send(HttpRequest.newBuilder(URI.create(url + "/v1/files"))
                        .header("Content-Type", "multipart/form-data; boundary=npuq")
                        .POST(BodyPublishers.ofString(form)))
                .expect(200)
                .text("id");
    }

    Reply post(String path) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(url + path)).POST(BodyPublishers.noBody()));
    }

    Reply postRaw(String path, String body) throws IOException {
        return send(posting(path, body));
    }

    /** A call that is not waited for; cancelling it closes its connection. */
    CompletableFuture<HttpResponse<byte[]>> postAsync(String path, JsonNode body) {
        return http.sendAsync(posting(path, body.toString()).build(), BodyHandlers.ofByteArray());
    }

    /** Submits a job, which must be taken; answers its id. */
    String submit(ObjectNode job) throws IOException {
        return post("/v1/jobs", job).expect(202).text("id");
    }

    Reply job(String id) throws IOException {
        return get("/v1/jobs/" + id).expect(200);
    }

    /** The job at its end. */
    JsonNode awaitEnd(String id) throws IOException {
        for (int look = 0; look < LOOKS_MAX; look++) {
            JsonNode job = get("/v1/jobs/" + id + "?wait_ms=5000").expect(200).body();
            if (isFinal(job)) {
                return job;
            }
        }
        return fail(id + " does not end");
    }

    /** Asks until the answer is as wanted, whatever its status; answers it. */
    JsonNode awaitBody(String path, Predicate<JsonNode> wanted) throws IOException {
        long end = System.nanoTime() + LIMIT.toNanos();
        JsonNode body = get(path).body();
        while (!wanted.test(body)) {
            JsonNode last = body;
            assertTrue(System.nanoTime() < end, () -> path + " stays " + last);
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
            body = get(path).body();
        }
        return body;
    }

    /** The events of a job, as text, once they have ended. */
    CompletableFuture<String> events(String id) {
        return http.sendAsync(
                        HttpRequest.newBuilder(URI.create(url + "/v1/jobs/" + id + "/events"))
                                .build(),
                        BodyHandlers.ofString())
                .thenApply(HttpResponse::body);
    }

    /** Waits until the job's first piece of text has come. */
    void awaitText(String id) throws IOException {
        try (Stream<String> lines = lines("/v1/jobs/" + id + "/events")) {
            assertTrue(lines.anyMatch("event: progress"::equals), () -> id + " ended without a piece of text");
        }
    }

    /** The lines of an answer, as they come; close them. */
    Stream<String> lines(String path) throws IOException {
        return lines(HttpRequest.newBuilder(URI.create(url + path)));
    }

    /** The same, of the answer to a body. */
    Stream<String> postLines(String path, JsonNode body) throws IOException {
        return lines(posting(path, body.toString()));
    }

    private Stream<String> lines(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<Stream<String>> answer =
                    http.send(request.timeout(LIMIT).build(), BodyHandlers.ofLines());
            assertEquals(200, answer.statusCode());
            return answer.body();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the job runs. */
    void awaitRunning(String id) throws IOException {
        for (int look = 0; look < LOOKS_MAX; look++) {
            JsonNode job = get("/v1/jobs/" + id + "?wait_ms=20").expect(200).body();
            if (job.path("state").asText().equals("running")) {
                return;
            }
            if (isFinal(job)) {
                fail("it ended before it was seen to run: " + job);
            }
        }
        fail(id + " does not run");
    }

    /** Waits until some job runs; answers its id. */
    String awaitAnyRunning() throws IOException {
        for (int look = 0; look < LOOKS_MAX; look++) {
            JsonNode running = get("/v1/queue").expect(200).body().path("running");
            if (!running.isEmpty()) {
                return running.get(0).path("id").asText();
            }
        }
        return fail("no job runs");
    }

    static boolean isFinal(JsonNode job) {
        return FINAL.contains(job.path("state").asText());
    }

    static ObjectNode bounded(String kind, String input) {
        return Json.MAPPER.createObjectNode().put("kind", kind).put("input", input);
    }

    static ObjectNode worker(String job, String input) {
        return Json.MAPPER.createObjectNode().put("job", job).put("input", input);
    }

    static ObjectNode chat(String text, int maxNewTokens) {
        ObjectNode job = Json.MAPPER.createObjectNode().put("kind", "chat").put("max_new_tokens", maxNewTokens);
        job.putArray("messages").addObject().put("role", "user").put("content", text);
        return job;
    }

    private HttpRequest.Builder posting(String path, String body) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
    }

    private Reply send(HttpRequest.Builder request) throws IOException {
        HttpResponse<byte[]> answer = answer(request);
        return new Reply(answer.statusCode(), answer.headers(), Json.MAPPER.readTree(answer.body()));
    }

    private HttpResponse<byte[]> answer(HttpRequest.Builder request) throws IOException {
        try {
            return http.send(request.timeout(LIMIT).build(), BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
