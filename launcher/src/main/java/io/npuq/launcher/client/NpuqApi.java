package io.npuq.launcher.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Json;
import io.npuq.schema.Limits;
import io.npuq.schema.WireName;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** The jobs API of one server. A job comes back as the server's own JSON. */
public final class NpuqApi {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** A server that accepted the connection answers; a wait may take as long as it may. */
    private static final Duration ANSWER_TIMEOUT = Limits.WAIT_MAX.plusSeconds(30);

    private static final int UNAUTHORIZED = 401;
    private static final String RETRY_AFTER = "Retry-After";

    private final URI server;
    private final Optional<String> key;
    private final HttpClient http;

    /**
     * The server at this address, such as {@code http://127.0.0.1:18820}.
     *
     * @param key what it wants to see
     * @param trust whom to believe; empty for those that Java believes
     */
    public NpuqApi(URI server, Optional<String> key, Optional<SSLContext> trust) {
        this.server = server;
        this.key = key;
        HttpClient.Builder client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        trust.ifPresent(client::sslContext);
        http = client.build();
    }

    /**
     * Hands a bounded job in.
     *
     * @param metadata the client's labels
     * @return the job, on disk
     */
    public JsonNode submit(JobRequest job, String input, Map<String, String> metadata) throws ApiException {
        return ask("POST", "/v1/jobs", body(job, input, metadata), Optional.empty());
    }

    /**
     * Hands a bounded job in, once: under the same key, the same job comes back as it stands then.
     *
     * @param key 1 to {@link Limits#IDEMPOTENCY_KEY_CHARS_MAX} visible ASCII characters
     */
    public JsonNode submitOnce(JobRequest job, String input, String key) throws ApiException {
        return ask("POST", "/v1/jobs", body(job, input, Map.of()), Optional.of(key));
    }

    private static String body(JobRequest job, String input, Map<String, String> metadata) {
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("kind", job.kind().wire())
                .put("input", input)
                .put("max_new_tokens", job.maxNewTokens())
                .put("priority", job.priority())
                .put("device", job.device().wire());
        job.deadline()
                .ifPresent(deadline -> body.put("deadline_ms", deadline.toMillis())
                        .put("deadline_mode", job.deadlineMode().wire()));
        ObjectNode labels = body.putObject("metadata");
        metadata.forEach(labels::put);
        return body.toString();
    }

    /** The job as it stands. */
    public JsonNode job(String id) throws ApiException {
        return ask("GET", "/v1/jobs/" + id, "");
    }

    /** The job at its end, however long that takes. */
    public JsonNode jobAtItsEnd(String id) throws ApiException {
        JsonNode job = job(id);
        while (!isOver(job)) {
            job = ask("GET", "/v1/jobs/" + id + "?wait_ms=" + Limits.WAIT_MAX.toMillis(), "");
        }
        return job;
    }

    /** Cancels it; answers the job as it then stands. */
    public JsonNode cancel(String id) throws ApiException {
        return ask("POST", "/v1/jobs/" + id + "/cancel", "");
    }

    /** The queue as it stands. */
    public JsonNode queue() throws ApiException {
        return ask("GET", "/v1/queue", "");
    }

    /**
     * Pauses, drains or resumes the queue; answers it as it then stands.
     *
     * @param action {@code pause}, {@code drain} or {@code resume}
     * @param scope {@code host} or {@code all}
     */
    public JsonNode operate(String action, String scope) throws ApiException {
        String body = Json.MAPPER.createObjectNode().put("scope", scope).toString();
        return ask("POST", "/v1/queue/" + action, body);
    }

    /** The health of its main lane, for which it wants no key. */
    public JsonNode health() throws ApiException {
        return ask("GET", "/healthz", "");
    }

    /** How well it is as a whole, also when that is badly; it wants no key for that. */
    public JsonNode wellness() throws ApiException {
        HttpResponse<String> answer = send(request("/health").GET().build(), BodyHandlers.ofString());
        JsonNode json = json(answer.body());
        if (!json.has("status")) {
            throw refused(answer, json);
        }
        return json;
    }

    /** A page of jobs, newest first. */
    public JsonNode jobs(String query) throws ApiException {
        return ask("GET", "/v1/jobs" + (query.isEmpty() ? "" : "?" + query), "");
    }

    /** A backup of the whole queue, as an archive that is sent while it is made. Closing it early ends the backup. */
    public InputStream backup() throws ApiException {
        HttpRequest request =
                request("/v1/queue/backup").POST(BodyPublishers.noBody()).build();
        HttpResponse<InputStream> answer = send(request, BodyHandlers.ofInputStream());
        if (answer.statusCode() < 300) {
            return answer.body();
        }
        try (InputStream body = answer.body()) {
            String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            throw refused(answer, json(text));
        } catch (IOException e) {
            throw new ApiException("lost the npuq at " + server + " in the middle of its answer", e);
        }
    }

    /** Whether a job's JSON shows a final state. */
    public static boolean isOver(JsonNode job) {
        return WireName.find(JobState.class, job.path("state").asText())
                .map(JobState::isFinal)
                .orElse(false);
    }

    private JsonNode ask(String method, String path, String body) throws ApiException {
        return ask(method, path, body, Optional.empty());
    }

    private JsonNode ask(String method, String path, String body, Optional<String> idempotencyKey) throws ApiException {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        idempotencyKey.ifPresent(shown -> request.header("Idempotency-Key", shown));
        HttpResponse<String> answer = send(request.build(), BodyHandlers.ofString());
        JsonNode json = json(answer.body());
        if (answer.statusCode() >= 300) {
            throw refused(answer, json);
        }
        return json;
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.resolve(path)).timeout(ANSWER_TIMEOUT);
        key.ifPresent(shown -> request.header("Authorization", "Bearer " + shown));
        return request;
    }

    private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler) throws ApiException {
        try {
            return http.send(request, handler);
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new ApiException(
                    "no npuq answers at " + server + "; start one with \"npuq serve\", or name another with --url", e);
        } catch (SSLException e) {
            throw new ApiException(
                    "no safe connection to " + server + ": " + e.getMessage()
                            + "; name the server's certificate, or that of its authority, with --ca-cert",
                    e);
        } catch (IOException e) {
            throw new ApiException(
                    "lost the npuq at " + server + " (" + e.getClass().getSimpleName() + " " + e.getMessage()
                            + "); jobs that it acknowledged are on its disk, \"npuq jobs\" lists them once it is back",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException("interrupted while waiting for the npuq at " + server, e);
        }
    }

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return Json.MAPPER.missingNode(); // not npuq's; the caller says so
        }
    }

    private ApiException refused(HttpResponse<?> answer, JsonNode json) {
        return new ApiException(
                answer.statusCode(),
                json.path("error").path("code").asText(""),
                answer.headers()
                        .firstValue(RETRY_AFTER)
                        .filter(seconds -> seconds.matches("[0-9]{1,9}"))
                        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds))),
                refusal(answer, json));
    }

    private String refusal(HttpResponse<?> answer, JsonNode json) {
        JsonNode error = json.path("error");
        String message = error.path("message").asText(error.asText(""));
        if (message.isEmpty()) {
            return "what answers at " + server + " is no npuq: it said " + answer.statusCode();
        }
        return message
                + (answer.statusCode() == UNAUTHORIZED ? " (give it with --api-key-file or NPUQ_API_KEY)" : "")
                + answer.headers()
                        .firstValue(RETRY_AFTER)
                        .map(seconds -> " (try again in " + seconds + " s)")
                        .orElse("");
    }
}
