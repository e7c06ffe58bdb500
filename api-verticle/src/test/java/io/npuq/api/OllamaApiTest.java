package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobResult;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneHealth;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.Limits;
import io.npuq.schema.Outcome;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Sampling;
import io.npuq.schema.Timing;
import io.npuq.schema.Usage;
import io.npuq.schema.Verdict;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OllamaApiTest {
    private static final String TIMES =
            "\"total_duration\":42750000,\"load_duration\":0,\"prompt_eval_count\":20,\"prompt_eval_duration\":3250000,"
                    + "\"eval_count\":4,\"eval_duration\":37250000}";
    private static final String HEAD = "{\"model\":\"tiny-qwen2:latest\",\"created_at\":\"2026-11-21T10:00:05.000Z\",";
    private static final String TOOLS = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\","
            + "\"description\":\"of a place\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}}]";

    private static final Evidence UNTIMED = new Evidence(
            null,
            null,
            null,
            null,
            "remote",
            null,
            null,
            2,
            null,
            32,
            null,
            new Timing(null, null, null, null, null, null),
            null,
            null,
            null,
            null,
            1,
            Verdict.FALLBACK);
    private static final LaneStatus ENCODER_LANE = new LaneStatus(
            Lane.EMBEDDING,
            "CPU",
            "bge",
            Optional.empty(),
            Optional.empty(),
            LaneHealth.of(LanePhase.SERVING),
            Optional.of(1.0),
            Optional.empty());

    private static Outcome answering(String text) {
        return new Outcome.Succeeded(
                new JobResult(text, null, FinishReason.STOP, new Usage(20, 4), false),
                Outcomes.evidence("NPU", 38_000L, Verdict.NPU_VERIFIED));
    }

    private static String body(String fields) {
        return "{\"model\":\"tiny-qwen2:latest\"," + fields + "}";
    }

    private static List<JsonNode> lines(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(
                "application/x-ndjson",
                answer.headers().firstValue("content-type").orElseThrow());
        assertTrue(answer.body().endsWith("}\n"), answer.body());
        List<JsonNode> lines = new ArrayList<>();
        for (String line : answer.body().split("\n", -1)) {
            if (!line.isEmpty()) {
                lines.add(TestApi.json(line));
            }
        }
        assertEquals(answer.body().chars().filter(c -> c == '\n').count(), lines.size(), "no blank lines");
        return lines;
    }

    /** What the queue got of this request. */
    private static JobRequest asked(String path, String fields) throws InterruptedException {
        BlockingQueue<JobRequest> asked = new LinkedBlockingQueue<>();
        try (TestApi api = new TestApi().lane(claim -> {
            asked.add(claim.request());
            return answering("Hello");
        })) {
            HttpResponse<String> answer = api.post(path, body(fields + ",\"stream\":false"));
            assertEquals(200, answer.statusCode(), answer.body());
            return asked.take();
        }
    }

    private static void refused(int status, String message, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(
                "application/json", answer.headers().firstValue("content-type").orElseThrow());
        JsonNode error = TestApi.json(answer);
        assertEquals(1, error.size(), answer.body());
        assertTrue(error.get("error").textValue().contains(message), answer.body());
    }

    @Test
    void answersWholeWithDurationsInNanosecondsThatTheEvidenceHas() {
        try (TestApi api = new TestApi().lane(claim -> answering("Hello"))) {
            HttpResponse<String> generated =
                    api.post("/api/generate", body("\"prompt\":\"Say hello\",\"stream\":false"));
            assertEquals(
                    HEAD + "\"response\":\"Hello\",\"done\":true,\"done_reason\":\"stop\"," + TIMES, generated.body());
            assertTrue(generated.headers().firstValue("X-Npuq-Job-Id").isPresent());
            assertEquals(
                    "NPU", generated.headers().firstValue("X-NPU-Proxy-Device").orElseThrow());
            HttpResponse<String> chat = api.post(
                    "/api/chat", body("\"messages\":[{\"role\":\"user\",\"content\":\"Say hello\"}],\"stream\":false"));
            assertEquals(
                    HEAD + "\"message\":{\"role\":\"assistant\",\"content\":\"Hello\"},\"done\":true,"
                            + "\"done_reason\":\"stop\"," + TIMES,
                    chat.body());
        }
    }

    @Test
    void whatWasNotMeasuredIsLeftOut() {
        try (TestApi api = new TestApi()
                .lane(claim -> new Outcome.Succeeded(
                        new JobResult("Hello", null, FinishReason.LENGTH, new Usage(null, null), false), UNTIMED))) {
            JsonNode answer = TestApi.json(api.post("/api/generate", body("\"prompt\":\"Hi\",\"stream\":false")));
            assertEquals("length", answer.get("done_reason").textValue());
            List<String> names = new ArrayList<>();
            answer.fieldNames().forEachRemaining(names::add);
            assertEquals(List.of("model", "created_at", "response", "done", "done_reason"), names);
        }
    }

    @Test
    void streamsByDefaultALineAPieceAndTheNumbersInTheLast() {
        try (TestApi api = new TestApi()) {
            api.lane(claim -> {
                api.queue.progress(claim, "Hel");
                api.queue.progress(claim, "lo");
                return answering("Hello");
            });
            List<JsonNode> lines =
                    lines(api.post("/api/chat", body("\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]")));
            StringBuilder text = new StringBuilder();
            for (JsonNode line : lines) {
                text.append(line.get("message").get("content").textValue());
            }
            assertEquals(
                    lines.size() - 1,
                    lines.stream()
                            .filter(line -> !line.get("done").booleanValue())
                            .count());
            assertEquals("Hello", text.toString());
            JsonNode last = lines.get(lines.size() - 1);
            assertEquals("stop", last.get("done_reason").textValue());
            assertEquals(42_750_000, last.get("total_duration").longValue());
        }
    }

    @Test
    void whileItWaitsInLineAStreamHasLinesWithoutText() throws IOException {
        try (TestApi api = new TestApi(TestApi.CONFIG, new TestQueue(10), Duration.ofMillis(400));
                RawClient client = api.raw()) {
            String body = body("\"prompt\":\"Hi\"");
            client.send("POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body);
            assertTrue(client.readHead().contains("200"));
            assertEquals(HEAD + "\"response\":\"\",\"done\":false}\n", client.readChunk());
            api.lane(claim -> answering("Hello"));
            String line = client.readChunk();
            while (line.contains("\"response\":\"\"")) {
                line = client.readChunk();
            }
            assertEquals(HEAD + "\"response\":\"Hello\",\"done\":false}\n", line);
        }
    }

    @Test
    void aJobThatFailsInMidStreamEndsItWithAnErrorLine() {
        try (TestApi api = new TestApi()) {
            api.lane(claim -> {
                api.queue.progress(claim, "Hel");
                return Outcomes.failed(ErrorCode.GENERATION_FAILED, "the device failed");
            });
            List<JsonNode> lines = lines(api.post("/api/generate", body("\"prompt\":\"Hi\"")));
            assertEquals(TestApi.json("{\"error\":\"the device failed\"}"), lines.get(lines.size() - 1));
        }
    }

    @Test
    void aJobThatFailsBeforeAnythingWasSaidHasAStatus() {
        try (TestApi api =
                new TestApi().lane(claim -> Outcomes.failed(ErrorCode.PROMPT_TOO_LONG, "the prompt is too long"))) {
            refused(400, "the prompt is too long", api.post("/api/generate", body("\"prompt\":\"Hi\"")));
            refused(
                    400,
                    "the prompt is too long",
                    api.post("/api/generate", body("\"prompt\":\"Hi\",\"stream\":false")));
        }
    }

    @Test
    void clientThatLeavesInMidStreamCancelsItsJob() throws Exception {
        try (TestApi api = new TestApi()) {
            CompletableFuture<String> id = new CompletableFuture<>();
            CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
            api.lane(claim -> {
                api.queue.progress(claim, "Hel");
                id.complete(claim.id().value());
                Outcome stopped = Outcomes.untilCancelled(claim);
                cancelled.complete(true);
                return stopped;
            });
            try (RawClient client = api.raw()) {
                String body = body("\"prompt\":\"Hi\"");
                client.send("POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body);
                client.readHead();
            }
            assertTrue(cancelled.get(20, TimeUnit.SECONDS));
            JsonNode job = TestApi.json(api.get("/v1/jobs/" + id.join() + "?wait_ms=20000"));
            assertEquals("cancelled", job.get("state").textValue());
        }
    }

    @Test
    void callsOfToolsComeWithArgumentsThatAreObjects() {
        String answer = "Let me see. <tool_call>{\"name\":\"weather\",\"arguments\":{\"place\":\"Oslo\"}}</tool_call>";
        String call = "[{\"function\":{\"name\":\"weather\",\"arguments\":{\"place\":\"Oslo\"}}}]";
        String messages = "\"messages\":[{\"role\":\"user\",\"content\":\"Weather?\"}]";
        try (TestApi api = new TestApi().lane(claim -> answering(answer))) {
            JsonNode whole = TestApi.json(api.post("/api/chat", body(messages + "," + TOOLS + ",\"stream\":false")));
            assertEquals(TestApi.json(call), whole.get("message").get("tool_calls"));
            assertEquals("Let me see. ", whole.get("message").get("content").textValue());
            assertEquals("stop", whole.get("done_reason").textValue());
            List<JsonNode> lines = lines(api.post("/api/chat", body(messages + "," + TOOLS)));
            JsonNode calling = lines.get(lines.size() - 2);
            assertEquals(TestApi.json(call), calling.get("message").get("tool_calls"));
            assertFalse(calling.get("done").booleanValue());
            JsonNode untold = TestApi.json(api.post("/api/chat", body(messages + ",\"stream\":false")));
            assertEquals(answer, untold.get("message").get("content").textValue(), "nobody told the model of tools");
        }
    }

    @Test
    void aConversationWithToolsReachesTheModelWhole() throws InterruptedException {
        JobInput.Chat chat = (JobInput.Chat) asked(
                        "/api/chat",
                        "\"messages\":[{\"role\":\"system\",\"content\":\"Be brief\"},{\"role\":\"user\",\"content\":\"Weather?\"},"
                                + "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"function\":{\"name\":\"weather\","
                                + "\"arguments\":{\"place\":\"Oslo\"}}}]},"
                                + "{\"role\":\"tool\",\"content\":\"rain\",\"tool_name\":\"weather\"}]," + TOOLS)
                .input();
        assertEquals(
                List.of("system", "user", "assistant", "tool"),
                chat.messages().stream().map(ChatMessage::role).toList());
        assertEquals(
                "{\"place\":\"Oslo\"}",
                chat.messages().get(2).toolCalls().get(0).arguments());
        assertEquals("weather", chat.tools().get(0).name());
    }

    @Test
    void systemPromptGoesBeforeThePromptAndARawOneGoesAlone() throws InterruptedException {
        assertEquals(
                new JobInput.Chat(List.of(new ChatMessage("system", "Be brief"), new ChatMessage("user", "Hi"))),
                asked("/api/generate", "\"prompt\":\"Hi\",\"system\":\"Be brief\",\"template\":\"\",\"think\":false")
                        .input());
        assertEquals(
                new JobInput.Prompt("<|im_start|>user"),
                asked("/api/generate", "\"prompt\":\"<|im_start|>user\",\"raw\":true")
                        .input());
    }

    @Test
    void optionsSayHowTokensAreChosenAndOthersChangeNothing() throws InterruptedException {
        JobRequest request = asked(
                "/api/generate",
                "\"prompt\":\"Hi\",\"keep_alive\":\"5m\",\"options\":{\"temperature\":0.8,\"top_p\":0.9,\"top_k\":40,\"seed\":7,"
                        + "\"stop\":\"END\",\"repeat_penalty\":1.1,\"presence_penalty\":0.5,\"frequency_penalty\":0.25,"
                        + "\"num_predict\":12,\"num_ctx\":4096,\"mirostat\":1,\"num_thread\":8}");
        assertEquals(new Sampling(0.8, 0.9, 40, 1.1, 0.25, 0.5, 7L, List.of("END")), request.sampling());
        assertEquals(12, request.maxNewTokens());
        assertEquals(Limits.PRIORITY_SYNC, request.priority());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"num_predict\":-1", "\"num_predict\":-2", "\"num_predict\":100000", "\"num_ctx\":2048"})
    void asManyTokensAsThereCanBeWhereNothingLessIsSaid(String option) throws InterruptedException {
        JobRequest request = asked("/api/generate", "\"prompt\":\"Hi\",\"options\":{" + option + "}");
        assertEquals(Limits.CHAT_NEW_TOKENS_MAX, request.maxNewTokens());
        assertEquals(Sampling.GREEDY, request.sampling());
    }

    @Test
    void formatIsJsonOrASchema() throws InterruptedException {
        assertEquals(
                new ResponseFormat.JsonObject(),
                asked("/api/generate", "\"prompt\":\"Hi\",\"format\":\"json\"").responseFormat());
        assertEquals(
                ResponseFormat.TEXT,
                asked("/api/generate", "\"prompt\":\"Hi\",\"format\":\"\"").responseFormat());
        String schema = "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}";
        assertEquals(
                new ResponseFormat.JsonSchema("format", schema),
                asked("/api/generate", "\"prompt\":\"Hi\",\"format\":" + schema).responseFormat());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"suffix\":\"end\"|suffix is not supported",
                "\"template\":\"{{ .Prompt }}\"|template is not supported",
                "\"context\":[1,2]|context is not supported",
                "\"images\":[\"aGk=\"]|images are not supported",
                "\"think\":true|think is not supported",
                "\"think\":\"high\"|think is not supported",
                "\"logprobs\":true|logprobs are not supported",
                "\"raw\":true,\"system\":\"Be brief\"|system does not go with raw",
                "\"format\":\"xml\"|format must be json",
                "\"format\":7|format must be json",
                "\"format\":{\"type\":\"object\",\"properties\":{\"a\":{\"pattern\":\"x\"}}}|format.properties.a.pattern",
                "\"format\":\"json\",\"options\":{\"stop\":[\"x\"]}|options.stop does not go with format",
                "\"options\":{\"temperature\":\"hot\"}|options.temperature must be a number",
                "\"options\":{\"temperature\":9}|temperature must be from 0 to 2",
                "\"options\":[]|options must be an object",
                "\"keep_alive\":\"soon\"|keep_alive must be",
                "\"keep_alive\":true|keep_alive must be",
                "\"stream\":\"yes\"|stream must be true or false",
                "\"deadline_ms\":0|deadline_ms must be from 1"
            })
    void whatCannotBeDoneIsRefusedByName(String field, String message) {
        try (TestApi api = new TestApi()) {
            refused(400, message, api.post("/api/generate", body("\"prompt\":\"Hi\"," + field)));
            assertEquals(0, TestApi.json(api.get("/v1/jobs")).get("data").size(), "no job was made");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"messages\":\"Hi\"|messages must be an array",
                "\"messages\":[{\"content\":\"Hi\"}]|role is missing",
                "\"messages\":[{\"role\":\"critic\",\"content\":\"Hi\"}]|role must be one of",
                "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\",\"images\":[\"aGk=\"]}]|images are not supported",
                "\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]}]|"
                        + "arguments must be a JSON object",
                "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"tools\":[{\"type\":\"function\"}]|function is missing"
            })
    void aBrokenConversationIsRefusedByName(String field, String message) {
        try (TestApi api = new TestApi()) {
            refused(400, message, api.post("/api/chat", body(field)));
        }
    }

    @ParameterizedTest
    @CsvSource({"system,[1]", "raw,1", "stream,1", "options,[]", "format,7"})
    void fieldsAreCheckedTooWhereOnlyTheModelIsMeant(String field, String value) {
        try (TestApi api = new TestApi()) {
            refused(400, field, api.post("/api/generate", body("\"" + field + "\":" + value)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/generate", "/api/chat", "/api/embed", "/api/embeddings"})
    void bodyAndModelMustBeThere(String path) {
        try (TestApi api = new TestApi()) {
            refused(400, "missing request body", api.send(api.request(path).POST(HttpRequest.BodyPublishers.noBody())));
            refused(400, "model is required", api.post(path, "{}"));
            refused(400, "model is required", api.post(path, "{\"model\":\"\"}"));
        }
    }

    @Test
    void anUnknownModelIsA404InTheWordsThatClientsLookFor() {
        try (TestApi api = new TestApi()) {
            HttpResponse<String> answer = api.post("/api/generate", "{\"model\":\"llama3\",\"prompt\":\"Hi\"}");
            assertEquals(404, answer.statusCode());
            assertEquals("{\"error\":\"model \\\"llama3\\\" not found, try pulling it first\"}", answer.body());
        }
    }

    @Test
    void aBodyNeedsNoDeclaredTypeUnlessAPageCouldHaveSentIt() {
        String body = body("\"prompt\":\"Hi\",\"stream\":false");
        try (TestApi api = new TestApi().lane(claim -> answering("Hello"))) {
            assertEquals(200, api.send(typed(api, body)).statusCode());
            assertEquals(
                    200,
                    api.send(typed(api, body, "Content-Type", "application/x-www-form-urlencoded"))
                            .statusCode());
            for (HttpRequest.Builder request : List.of(
                    typed(api, body, "Origin", "http://127.0.0.1"),
                    typed(api, body, "Origin", "null", "Content-Type", "application/x-www-form-urlencoded"),
                    typed(api, body, "Content-Type", "text/plain;charset=UTF-8"),
                    typed(api, body, "Content-Type", "Multipart/Form-Data; boundary=x"))) {
                HttpResponse<String> answer = api.send(request);
                assertTrue(answer.statusCode() == 415 || answer.statusCode() == 403, answer.body());
            }
        }
    }

    private static HttpRequest.Builder typed(TestApi api, String body, String... headers) {
        HttpRequest.Builder request = api.request("/api/generate").POST(HttpRequest.BodyPublishers.ofString(body));
        return headers.length == 0 ? request : request.headers(headers);
    }

    @Test
    void saysThatItRunsAndItsVersion() {
        try (TestApi api = new TestApi()) {
            HttpResponse<String> root = api.get("/");
            assertEquals("Ollama is running", root.body());
            assertTrue(root.headers().firstValue("content-type").orElseThrow().startsWith("text/plain"));
            assertTrue(TestApi.json(api.get("/api/version"))
                    .get("version")
                    .textValue()
                    .matches("\\d+\\.\\d+\\.\\d+"));
            for (String path : List.of("/", "/api/version", "/api/ps")) {
                HttpResponse<String> head =
                        api.send(api.request(path).method("HEAD", HttpRequest.BodyPublishers.noBody()));
                assertEquals(200, head.statusCode(), path);
                assertEquals("", head.body());
            }
            assertEquals(405, api.get("/api/generate").statusCode());
            assertEquals(404, api.get("/api").statusCode());
        }
    }

    @Test
    void modelsThatAreLoadedAreListedWithWhatIsKnown() {
        try (TestApi api = new TestApi(lane(LanePhase.SERVING, Optional.of(Duration.ofSeconds(90))))) {
            assertEquals(
                    TestApi.json(
                            "{\"models\":[{\"name\":\"tiny-qwen2:latest\",\"model\":\"tiny-qwen2:latest\",\"size\":123456789,"
                                    + "\"digest\":\"abcd\",\"details\":{\"parent_model\":\"\",\"format\":\"openvino\",\"family\":\"\","
                                    + "\"families\":[],\"parameter_size\":\"\",\"quantization_level\":\"\"},"
                                    + "\"expires_at\":\"2026-11-21T10:01:35.000Z\",\"size_vram\":0}]}"),
                    TestApi.json(api.get("/api/ps")));
        }
        try (TestApi api = new TestApi(lane(LanePhase.UNLOADED, Optional.empty()))) {
            assertEquals("{\"models\":[]}", api.get("/api/ps").body());
        }
    }

    private static LaneStatus lane(LanePhase phase, Optional<Duration> freedIn) {
        boolean loaded = phase == LanePhase.SERVING;
        return new LaneStatus(
                TestApi.NPU_LANE.lane(),
                "NPU",
                "tiny-qwen2",
                TestApi.NPU_LANE.modelPath(),
                TestApi.NPU_LANE.cacheDir(),
                new LaneHealth(
                        phase,
                        Duration.ofSeconds(3),
                        0,
                        loaded ? OptionalLong.of(123_456_789) : OptionalLong.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        loaded ? Optional.of("abcd") : Optional.empty(),
                        freedIn),
                Optional.of(1.0),
                phase == LanePhase.FAILED ? Optional.of("there is no NPU") : Optional.empty());
    }

    private static TestLanes lanes(LanePhase phase) {
        return new TestLanes(
                new CopyOnWriteArrayList<>(List.of(lane(phase, Optional.empty()))),
                model -> CompletableFuture.failedStage(new AssertionError("nobody asked for a reload")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"/api/generate|\"prompt\":\"\"", "/api/generate|\"stream\":true", "/api/chat|\"messages\":[]"})
    void anEmptyPromptLoadsTheModelThatWasFreed(String path, String fields) throws Exception {
        TestLanes lanes = lanes(LanePhase.UNLOADED);
        try (TestApi api = new TestApi(lanes)) {
            CompletableFuture<HttpResponse<String>> answer =
                    CompletableFuture.supplyAsync(() -> api.post(path, body(fields)));
            assertEquals("load tiny-qwen2", lanes.wishes().poll(20, TimeUnit.SECONDS));
            lanes.lanes().set(0, lane(LanePhase.LOADING, Optional.empty()));
            lanes.lanes().set(0, lane(LanePhase.SERVING, Optional.empty()));
            JsonNode loaded = TestApi.json(answer.get(20, TimeUnit.SECONDS));
            assertEquals("load", loaded.get("done_reason").textValue());
            assertTrue(loaded.get("done").booleanValue());
            assertEquals(0, TestApi.json(api.get("/v1/jobs")).get("data").size(), "no job was made");
        }
    }

    @Test
    void aModelThatDoesNotLoadIsA503WithTheReason() {
        try (TestApi api = new TestApi(lanes(LanePhase.FAILED))) {
            refused(503, "there is no NPU", api.post("/api/generate", body("\"prompt\":\"\"")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "\"0\"", "\"0s\"", "0.0"})
    void keepAliveOfZeroFreesTheModel(String zero) throws Exception {
        TestLanes lanes = lanes(LanePhase.SERVING);
        try (TestApi api = new TestApi(lanes)) {
            CompletableFuture<HttpResponse<String>> answer =
                    CompletableFuture.supplyAsync(() -> api.post("/api/generate", body("\"keep_alive\":" + zero)));
            assertEquals("free tiny-qwen2", lanes.wishes().poll(20, TimeUnit.SECONDS));
            lanes.lanes().set(0, lane(LanePhase.UNLOADED, Optional.empty()));
            JsonNode freed = TestApi.json(answer.get(20, TimeUnit.SECONDS));
            assertEquals("unload", freed.get("done_reason").textValue());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepAliveOfZeroBesideAPromptFreesTheModelBehindTheAnswer(boolean stream) throws Exception {
        TestLanes lanes = lanes(LanePhase.SERVING);
        try (TestApi api = new TestApi(lanes).lane(claim -> {
            assertTrue(lanes.wishes().isEmpty(), "the model is there while the job runs");
            return answering("Hello");
        })) {
            String answer = api.post("/api/generate", body("\"prompt\":\"Hi\",\"keep_alive\":0,\"stream\":" + stream))
                    .body();
            assertTrue(answer.contains("Hello"), answer);
            assertEquals("free tiny-qwen2", lanes.wishes().poll(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void withoutAnEmbeddingModelTheErrorSaysWhatToDo() {
        try (TestApi api = new TestApi()) {
            refused(400, "--embedding-model", api.post("/api/embed", body("\"input\":\"Hi\"")));
            refused(400, "--embedding-model", api.post("/api/embeddings", body("\"prompt\":\"Hi\"")));
        }
    }

    @Test
    void textsAreEmbeddedAndChecked() {
        TestLanes lanes = lanes(LanePhase.SERVING);
        lanes.lanes().add(ENCODER_LANE);
        try (TestApi api = new TestApi(lanes, EmbeddingJobsTest.KNOWING)) {
            JsonNode two =
                    TestApi.json(api.post("/api/embed", "{\"model\":\"bge\",\"input\":[\"known a\",\"known b\"]}"));
            assertEquals("bge", two.get("model").textValue());
            assertEquals(TestApi.json("[[0.5,-1.25E-6],[0.5,-1.25E-6]]"), two.get("embeddings"));
            assertEquals(6, two.get("prompt_eval_count").intValue());
            assertEquals(
                    TestApi.json("[[0.5,-1.25E-6]]"),
                    TestApi.json(api.post("/api/embed", "{\"model\":\"bge\",\"input\":\"known\",\"dimensions\":2}"))
                            .get("embeddings"));
            assertEquals(
                    "{\"embedding\":[0.5,-1.25E-6]}",
                    api.post("/api/embeddings", "{\"model\":\"bge\",\"prompt\":\"known\"}")
                            .body());
            assertEquals(
                    "{\"model\":\"bge\",\"embeddings\":[]}",
                    api.post("/api/embed", "{\"model\":\"bge\",\"input\":\"\"}").body());
            assertEquals(
                    "{\"embedding\":[]}",
                    api.post("/api/embeddings", "{\"model\":\"bge\"}").body());
            refused(
                    400,
                    "dimensions must be 2",
                    api.post("/api/embed", "{\"model\":\"bge\",\"input\":\"known\",\"dimensions\":3}"));
            refused(
                    400,
                    "exceeds the context length",
                    api.post("/api/embed", "{\"model\":\"bge\",\"input\":\"known long\",\"truncate\":false}"));
            refused(400, "input", api.post("/api/embed", "{\"model\":\"bge\",\"input\":7}"));
            refused(400, "does not support chat", api.post("/api/chat", "{\"model\":\"bge\",\"messages\":[]}"));
            refused(
                    400,
                    "\"tiny-qwen2\" does not support embeddings",
                    api.post("/api/embed", "{\"model\":\"tiny-qwen2\",\"input\":\"known\"}"));
            refused(
                    404,
                    "model \"other\" not found",
                    api.post("/api/embed", "{\"model\":\"other\",\"input\":\"known\"}"));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "/api/generate|\"template\":\"x\"|template is not supported",
                "/api/generate|\"stream\":\"yes\"|stream must be true or false",
                "/api/chat|\"format\":\"xml\"|format must be json",
                "/api/chat|\"options\":{\"temperature\":9}|temperature must be from 0 to 2",
                "/api/chat|\"priority\":99|priority must be from 0",
            })
    void whereOnlyTheModelIsMeantTheOtherFieldsAreCheckedAllTheSame(String path, String field, String message) {
        try (TestApi api = new TestApi()) {
            refused(400, message, api.post(path, "{\"model\":\"tiny-qwen2\"," + field + "}"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/generate", "/api/chat"})
    void whereOnlyTheModelIsMeantTheHeadersAreCheckedAllTheSame(String path) {
        try (TestApi api = new TestApi()) {
            refused(
                    400,
                    "Idempotency-Key",
                    api.post(path, "{\"model\":\"tiny-qwen2\"}", "Idempotency-Key", "x".repeat(201)));
        }
    }
}
