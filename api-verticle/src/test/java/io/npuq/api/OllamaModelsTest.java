package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.models.ModelInfo;
import io.npuq.api.models.ModelsException;
import io.npuq.api.models.PullEvent;
import io.npuq.api.models.PullEvent.Stage;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 1, unit = TimeUnit.MINUTES)
class OllamaModelsTest {
    private static final ModelInfo TINY = new ModelInfo(
            "tiny",
            631_000_000,
            Optional.of("ab12"),
            Instant.parse("2026-11-21T10:00:00Z"),
            Optional.of("qwen2"),
            Optional.of("Qwen2ForCausalLM"),
            Optional.of("1.5B"),
            Optional.of("INT4_SYM"),
            OptionalInt.of(2048),
            Optional.of("{{ messages }}"),
            Map.of("temperature", 0.7, "top_k", 20, "bos_token_id", 1),
            List.of("completion", "tools"));
    private static final ModelInfo BARE = new ModelInfo(
            "bare:v1",
            10,
            Optional.empty(),
            Instant.EPOCH,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalInt.empty(),
            Optional.empty(),
            Map.of(),
            List.of("embedding"));

    private final TestApi api = new TestApi();

    @Test
    void loadedModelIsListedWithWhatItsFilesSay() {
        api.models.with(named("tiny-qwen2"));

        JsonNode loaded = TestApi.json(api.get("/api/ps")).at("/models/0");

        assertEquals("tiny-qwen2:latest", loaded.get("name").textValue());
        assertEquals("qwen2", loaded.at("/details/family").textValue());
        assertEquals("1.5B", loaded.at("/details/parameter_size").textValue());
        assertEquals("INT4_SYM", loaded.at("/details/quantization_level").textValue());
        assertEquals(2048, loaded.get("context_length").intValue());
    }

    @Test
    void modelThatIsServedFromAnotherDirectoryIsListedToo() {
        api.models.elsewhere.put("tiny-qwen2", named("tiny-qwen2"));

        JsonNode models = TestApi.json(api.get("/api/tags")).path("models");
        assertEquals(3, models.size());
        assertEquals("tiny-qwen2:latest", models.get(2).path("name").asText());
        JsonNode shown = TestApi.json(api.post("/api/show", "{\"model\":\"tiny-qwen2:latest\"}"));
        assertEquals("qwen2", shown.at("/model_info/general.architecture").asText());
        String name = "{\"model\":\"tiny-qwen2\"}";
        HttpResponse<String> kept =
                api.send(api.request("/api/delete").method("DELETE", BodyPublishers.ofString(name)));
        assertEquals(400, kept.statusCode());
        assertTrue(kept.body().contains("lies in a directory that npuq was given"), kept::body);

        api.models.with(named("tiny-qwen2"));
        assertEquals(3, TestApi.json(api.get("/api/tags")).path("models").size());
    }

    private static ModelInfo named(String name) {
        return new ModelInfo(
                name,
                TINY.bytes(),
                TINY.digest(),
                TINY.modified(),
                TINY.family(),
                TINY.architecture(),
                TINY.parameterSize(),
                TINY.quantization(),
                TINY.contextLength(),
                TINY.template(),
                TINY.sampling(),
                TINY.capabilities());
    }

    @BeforeEach
    void addModels() {
        api.models.with(TINY).with(BARE);
    }

    @AfterEach
    void close() {
        api.close();
    }

    @Test
    void tagsListEveryModelUnderBothNamesOfTheField() {
        JsonNode models = TestApi.json(api.get("/api/tags")).path("models");

        assertEquals(2, models.size());
        assertEquals("bare:v1", models.get(0).path("name").asText());
        assertTrue(models.get(0).path("digest").isNull());
        assertEquals("", models.get(0).at("/details/family").asText("missing"));
        JsonNode tiny = models.get(1);
        assertEquals("tiny:latest", tiny.path("name").asText());
        assertEquals("tiny:latest", tiny.path("model").asText());
        assertEquals(631_000_000, tiny.path("size").asLong());
        assertEquals("ab12", tiny.path("digest").asText());
        assertEquals("2026-11-21T10:00:00.000Z", tiny.path("modified_at").asText());
        assertEquals("openvino", tiny.at("/details/format").asText());
        assertEquals("qwen2", tiny.at("/details/families/0").asText());
        assertEquals("1.5B", tiny.at("/details/parameter_size").asText());
        assertEquals("INT4_SYM", tiny.at("/details/quantization_level").asText());
    }

    @Test
    void tagsCanBeAskedForTheHeadAlone() {
        HttpResponse<String> head = api.send(api.request("/api/tags").method("HEAD", BodyPublishers.noBody()));

        assertEquals(200, head.statusCode());
        assertEquals("", head.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"model", "name"})
    void showTellsWhatClientsLookFor(String field) {
        JsonNode shown = TestApi.json(api.post("/api/show", "{\"" + field + "\":\"tiny\",\"verbose\":true}"));

        assertFalse(shown.has("error"), shown::toString);
        assertEquals("{{ messages }}", shown.path("template").asText());
        assertEquals("qwen2", shown.at("/model_info/general.architecture").asText());
        assertEquals(2048, shown.at("/model_info/qwen2.context_length").asInt());
        assertEquals("[\"completion\",\"tools\"]", shown.path("capabilities").toString());
        assertEquals(
                List.of("num_ctx 2048", "temperature 0.7", "top_k 20"),
                shown.path("parameters")
                        .asText()
                        .lines()
                        .map(line -> line.replaceAll(" +", " "))
                        .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/show|{\"model\":\"none\"}|404|model \"none\" not found, try pulling it first",
                "/api/show|{}|400|model is required",
                "/api/show||400|missing request body",
                "/api/pull||400|missing request body",
                "/api/pull|{\"model\":\"unknown\"}|404|there is no model \"unknown\"",
                "/api/pull|{\"model\":\"tiny\",\"stream\":\"no\"}|400|stream must be true or false",
                "/api/copy|{\"source\":\"none\",\"destination\":\"x\"}|404|model \"none\" not found, try pulling it first",
                "/api/copy|{\"source\":\"tiny\"}|400|destination is missing"
            })
    void errorsAreFlat(String path, String body, int status, String message) {
        HttpResponse<String> answer = api.post(path, body == null ? "" : body);

        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals("{\"error\":" + quoted(message) + "}", answer.body());
    }

    @Test
    void bodyAsCurlSendsItIsTaken() {
        assertEquals(
                200,
                api.send(api.request("/api/show")
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"tiny\"}")))
                        .statusCode());
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\"", "\\\"") + "\"";
    }

    @Test
    void deletedModelIsGoneAndOneThatIsLoadedStays() {
        assertEquals(200, delete("tiny").statusCode());
        assertEquals(404, delete("tiny").statusCode());
        api.models.with(new ModelInfo(
                "busy",
                1,
                Optional.empty(),
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Map.of(),
                List.of()));

        HttpResponse<String> refused = delete("busy");

        assertEquals(409, refused.statusCode());
        assertEquals("{\"error\":\"\\\"busy\\\" is the model of a lane\"}", refused.body());
    }

    private HttpResponse<String> delete(String name) {
        return api.send(api.request("/api/delete")
                .header("Content-Type", "application/json")
                .method("DELETE", BodyPublishers.ofString("{\"model\":\"" + name + "\"}")));
    }

    @Test
    void copyHasTwoNames() {
        HttpResponse<String> answer = api.post("/api/copy", "{\"source\":\"tiny\",\"destination\":\"mine\"}");

        assertEquals(200, answer.statusCode());
        assertEquals("", answer.body());
        assertEquals(200, api.post("/api/show", "{\"model\":\"mine\"}").statusCode());
    }

    @Test
    void pullStreamsALineForEachThingAndEndsWithSuccess() throws Exception {
        CompletableFuture<HttpResponse<String>> answer =
                CompletableFuture.supplyAsync(() -> api.post("/api/pull", "{\"name\":\"phi3\"}"));
        TestModels.Led pull = api.models.pulls.take();
        assertEquals("phi3", pull.name());
        tell(pull, Stage.MANIFEST);
        tell(pull, Stage.FILES);
        tell(pull, "sha256:0123456789abcdef", 100, 40);
        tell(pull, Stage.VERIFYING);
        tell(pull, Stage.WRITING);
        tell(pull, Stage.DONE);
        pull.done().complete(null);

        HttpResponse<String> stream = answer.get();

        assertEquals(
                "application/x-ndjson",
                stream.headers().firstValue("Content-Type").orElseThrow());
        assertEquals(
                List.of(
                        "{\"status\":\"pulling manifest\"}",
                        "{\"status\":\"pulling 0123456789ab\",\"digest\":\"sha256:0123456789abcdef\",\"total\":100,\"completed\":40}",
                        "{\"status\":\"verifying sha256 digest\"}",
                        "{\"status\":\"writing manifest\"}",
                        "{\"status\":\"success\"}"),
                stream.body().lines().toList());
    }

    @Test
    void pullWithoutAStreamIsOneObject() throws Exception {
        CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(
                () -> api.post("/api/pull", "{\"model\":\"phi3\",\"stream\":false,\"insecure\":true}"));
        TestModels.Led pull = api.models.pulls.take();
        tell(pull, Stage.MANIFEST);
        pull.done().complete(null);

        assertEquals("{\"status\":\"success\"}", answer.get().body());
    }

    @Test
    void failureInMidStreamIsALineOfItsOwn() throws Exception {
        CompletableFuture<HttpResponse<String>> answer =
                CompletableFuture.supplyAsync(() -> api.post("/api/pull", "{\"model\":\"phi3\"}"));
        TestModels.Led pull = api.models.pulls.take();
        tell(pull, Stage.MANIFEST);
        pull.done().completeExceptionally(new ModelsException(ModelsException.Reason.PASSING, "the hub is away"));

        HttpResponse<String> stream = answer.get();
        assertEquals(200, stream.statusCode());
        assertEquals(
                List.of("{\"status\":\"pulling manifest\"}", "{\"error\":\"the hub is away\"}"),
                stream.body().lines().toList());
    }

    @ParameterizedTest
    @CsvSource({"PASSING, 503", "NOT_FOUND, 404", "DENIED, 403", "UNSUITABLE, 400", "CONFLICT, 409"})
    void failureWithoutAStreamHasItsStatus(ModelsException.Reason reason, int status) throws Exception {
        CompletableFuture<HttpResponse<String>> answer =
                CompletableFuture.supplyAsync(() -> api.post("/api/pull", "{\"model\":\"phi3\",\"stream\":false}"));
        api.models.pulls.take().done().completeExceptionally(new ModelsException(reason, "no"));

        assertEquals(status, answer.get().statusCode());
        assertEquals("{\"error\":\"no\"}", answer.get().body());
        assertEquals(
                status == 503, answer.get().headers().firstValue("Retry-After").isPresent());
    }

    @Test
    void clientThatGoesWithdrawsItsWish() throws Exception {
        try (RawClient client = api.raw()) {
            client.send(pullRequest());
            TestModels.Led pull = api.models.pulls.take();
            tell(pull, Stage.MANIFEST);
            client.close();
            pull.cancelled().await();
        }
    }

    private static String pullRequest() {
        String body = "{\"model\":\"phi3\"}";
        return "POST /api/pull HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    private static void tell(TestModels.Led pull, Stage stage) {
        pull.listener().accept(new PullEvent(stage, Optional.empty(), Optional.empty()));
    }

    private static void tell(TestModels.Led pull, String digest, long total, long completed) {
        pull.listener()
                .accept(new PullEvent(
                        Stage.FILES, Optional.empty(), Optional.of(new PullEvent.File(digest, total, completed))));
    }
}
