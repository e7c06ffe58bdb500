package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.scheduler.Claim;
import io.npuq.schema.Embedding;
import io.npuq.schema.EmbeddingVector;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.FinishReason;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobResult;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.Limits;
import io.npuq.schema.Outcome;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Usage;
import io.npuq.schema.Verdict;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenAI's dialect over real HTTP. What its own clients make of it is tried in smoke/clients. */
class OpenAiApiTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]";
    private static final String TOOLS =
            "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"description\":\"of a place\","
                    + "\"parameters\":{\"type\":\"object\",\"properties\":{\"place\":{\"type\":\"string\"}}}}}]";
    private static final String CALL =
            "I look.<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"place\": \"Oslo\"}}\n</tool_call>";

    private static Claim claim(TestApi api) {
        return api.queue.take(Lane.NPU).toCompletableFuture().join().orElseThrow();
    }

    private static void finish(TestApi api, Claim claim, Outcome outcome) {
        api.queue.finish(claim, outcome).toCompletableFuture().join();
    }

    private static Outcome answer(String text) {
        return new Outcome.Succeeded(
                new JobResult(text, null, FinishReason.STOP, new Usage(20, 4), false),
                Outcomes.evidence("NPU", 38_000L, Verdict.NPU_VERIFIED));
    }

    private static CompletableFuture<HttpResponse<String>> later(TestApi api, String path, String body) {
        return CompletableFuture.supplyAsync(() -> api.post(path, body));
    }

    /** The request that this body becomes. */
    private static JobRequest asked(String path, String body) {
        CompletableFuture<JobRequest> taken = new CompletableFuture<>();
        try (TestApi api = new TestApi().lane(claim -> {
            taken.complete(claim.request());
            return Outcomes.onNpu(claim);
        })) {
            var answer = api.post(path, body);
            assertEquals(200, answer.statusCode(), answer.body());
            return taken.join();
        }
    }

    /** The data of a stream's events. */
    private static List<String> events(String stream) {
        return Stream.of(stream.split("\n\n", -1))
                .filter(event -> event.startsWith("data: "))
                .map(event -> event.substring("data: ".length()))
                .toList();
    }

    private static Job job(TestApi api, String id) {
        return api.queue
                .get(JobId.parse(id).orElseThrow())
                .toCompletableFuture()
                .join()
                .orElseThrow();
    }

    /** An NPU that is not there will not come; a model that did not load is tried again. */
    @ParameterizedTest
    @CsvSource({"CPU, npu, 400, '', false", "CPU, any, 503, 30, ''", "NPU, npu, 503, 30, ''"})
    void whatCannotRunSaysWhetherItEverMay(Lane main, String device, int status, String after, String retry) {
        LaneStatus npu = TestApi.NPU_LANE;
        LaneStatus lane = new LaneStatus(
                main,
                main.name(),
                npu.model(),
                npu.modelPath(),
                npu.cacheDir(),
                npu.health(),
                npu.initialLoadMs(),
                npu.trouble());
        try (TestApi api =
                new TestApi(lane).lane(claim -> Outcomes.failed(ErrorCode.MODEL_UNAVAILABLE, "it is away"))) {
            var answer = api.post(CHAT, "{\"device\":\"" + device + "\"," + HELLO + "}");
            assertEquals(status, answer.statusCode(), answer.body());
            assertEquals(after, answer.headers().firstValue("Retry-After").orElse(""));
            assertEquals(retry, answer.headers().firstValue("x-should-retry").orElse(""));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1", "/v3"})
    void chatIsAnsweredAsOneObject(String root) {
        try (TestApi api = new TestApi().lane(Outcomes::onNpu)) {
            var answer = api.post(root + "/chat/completions", "{\"model\":\"tiny-qwen2:latest\"," + HELLO + "}");
            JsonNode body = TestApi.json(answer);
            String id = answer.headers().firstValue("X-Npuq-Job-Id").orElseThrow();
            long created = job(api, id).createdAt().getEpochSecond();
            assertEquals(
                    "{\"id\":\"chatcmpl-" + id.substring("job_".length())
                            + "\",\"object\":\"chat.completion\",\"created\":" + created
                            + ",\"model\":\"tiny-qwen2:latest\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                            + "\"content\":\"Mail server is slow\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
                            + "\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":4,\"total_tokens\":24}}",
                    body.toString());
            assertEquals(
                    "NPU", answer.headers().firstValue("X-NPU-Proxy-Device").orElseThrow());
        }
    }

    @Test
    void streamHasItsRoleItsPiecesItsEndAndItsUsage() {
        try (TestApi api = new TestApi()) {
            CompletableFuture<HttpResponse<String>> answer =
                    later(api, CHAT, "{\"stream\":true,\"stream_options\":{\"include_usage\":true}," + HELLO + "}");
            Claim claim = claim(api);
            api.queue.progress(claim, "Mail ");
            api.queue.progress(claim, "server");
            finish(api, claim, Outcomes.onNpu(claim));

            assertEquals(
                    "text/event-stream",
                    answer.join().headers().firstValue("Content-Type").orElseThrow());
            List<String> events = events(answer.join().body());
            String head = events.get(0).substring(0, events.get(0).indexOf("\"choices\""));
            assertTrue(head.contains("\"object\":\"chat.completion.chunk\""), head);
            String choice = head + "\"choices\":[{\"index\":0,\"delta\":%s,\"logprobs\":null,\"finish_reason\":%s}],"
                    + "\"usage\":null}";
            assertEquals(
                    List.of(
                            choice.formatted("{\"role\":\"assistant\",\"content\":\"\"}", "null"),
                            choice.formatted("{\"content\":\"Mail \"}", "null"),
                            choice.formatted("{\"content\":\"server\"}", "null"),
                            choice.formatted("{\"content\":\" is slow\"}", "null"),
                            choice.formatted("{}", "\"stop\""),
                            head
                                    + "\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":4,\"total_tokens\":24}}",
                            "[DONE]"),
                    events);
        }
    }

    @Test
    void secondAttemptIsNotToldTwice() {
        try (TestApi api = new TestApi()) {
            CompletableFuture<HttpResponse<String>> answer = later(api, CHAT, "{\"stream\":true," + HELLO + "}");
            Claim first = claim(api);
            api.queue.progress(first, "Mail server");
            api.queue
                    .giveBack(first, "the engine was lost")
                    .toCompletableFuture()
                    .join();
            Claim second = claim(api);
            api.queue.progress(second, "Mail");
            api.queue.progress(second, " server is");
            finish(api, second, Outcomes.onNpu(second));
            assertEquals(
                    "Mail server is slow",
                    String.join(
                            "",
                            events(answer.join().body()).stream()
                                    .filter(event -> !event.equals("[DONE]"))
                                    .map(event -> TestApi.json(event)
                                            .at("/choices/0/delta/content")
                                            .asText())
                                    .toList()));
        }
    }

    @Test
    void answerThatChangesUnderAStreamEndsItWithAnError() {
        try (TestApi api = new TestApi()) {
            CompletableFuture<HttpResponse<String>> answer = later(api, CHAT, "{\"stream\":true," + HELLO + "}");
            Claim first = claim(api);
            api.queue.progress(first, "Another answer");
            api.queue
                    .giveBack(first, "the engine was lost")
                    .toCompletableFuture()
                    .join();
            Claim second = claim(api);
            finish(api, second, Outcomes.onNpu(second));
            List<String> events = events(answer.join().body());
            assertEquals(
                    "answer_changed",
                    TestApi.json(events.get(events.size() - 1))
                            .at("/error/code")
                            .asText());
        }
    }

    @Test
    void plainCompletionGoesOnWithThePromptAsItIs() {
        JobRequest request = asked("/v1/completions", "{\"prompt\":\"<s>The capital of France is\"}");
        assertEquals(new JobInput.Prompt("<s>The capital of France is"), request.input());
        assertEquals(16, request.maxNewTokens());
        assertEquals(Limits.PRIORITY_SYNC, request.priority());
        try (TestApi api = new TestApi().lane(Outcomes::onNpu)) {
            JsonNode whole = TestApi.json(api.post("/v1/completions", "{\"prompt\":\"x\"}"));
            assertEquals("text_completion", whole.get("object").asText());
            assertEquals("Mail server is slow", whole.at("/choices/0/text").asText());
            List<String> events = events(api.post("/v1/completions", "{\"prompt\":\"x\",\"stream\":true}")
                    .body());
            assertEquals(
                    "Mail server is slow",
                    TestApi.json(events.get(0)).at("/choices/0/text").asText());
            assertEquals(
                    "stop",
                    TestApi.json(events.get(1)).at("/choices/0/finish_reason").asText());
        }
    }

    @Test
    void fieldsOfARequestBecomeTheJob() {
        JobRequest request = asked(
                CHAT,
                "{\"messages\":[{\"role\":\"developer\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"name\":\"Ann\",\"content\":"
                        + "[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"b\"}]}],\"max_completion_tokens\":9000,"
                        + "\"temperature\":0.5,\"top_p\":0.9,\"seed\":7,\"stop\":\"END\",\"frequency_penalty\":0.1,"
                        + "\"presence_penalty\":0.2,\"priority\":1,\"deadline_ms\":60000,\"device\":\"any\",\"user\":\"u\","
                        + "\"metadata\":{\"k\":\"v\"}}");
        JobInput.Chat chat = (JobInput.Chat) request.input();
        assertEquals("system", chat.messages().get(0).role());
        assertEquals("ab", chat.messages().get(1).content());
        assertEquals(Limits.CHAT_NEW_TOKENS_MAX, request.maxNewTokens());
        assertEquals(0.5, request.sampling().temperature());
        assertEquals(List.of("END"), request.sampling().stop());
        assertEquals(1, request.priority());
        assertEquals(Optional.of(Duration.ofMinutes(1)), request.deadline());
        assertEquals("v", request.metadata().get("k"));
        assertEquals(
                new ResponseFormat.JsonObject(),
                asked(CHAT, "{" + HELLO + ",\"response_format\":{\"type\":\"json_object\"}}")
                        .responseFormat());
    }

    @Test
    void callsOfToolsAreReadOutOfTheAnswer() {
        try (TestApi api = new TestApi().lane(claim -> answer(CALL))) {
            JsonNode whole = TestApi.json(api.post(CHAT, "{" + HELLO + "," + TOOLS + "}"));
            JsonNode message = whole.at("/choices/0/message");
            assertEquals("I look.", message.get("content").asText());
            assertEquals(
                    "{\"name\":\"weather\",\"arguments\":\"{\\\"place\\\":\\\"Oslo\\\"}\"}",
                    message.at("/tool_calls/0/function").toString());
            assertEquals("tool_calls", whole.at("/choices/0/finish_reason").asText());

            List<String> events = events(api.post(CHAT, "{\"stream\":true," + HELLO + "," + TOOLS + "}")
                    .body());
            assertEquals(
                    "I look.",
                    TestApi.json(events.get(1)).at("/choices/0/delta/content").asText());
            assertEquals(
                    "weather",
                    TestApi.json(events.get(2))
                            .at("/choices/0/delta/tool_calls/0/function/name")
                            .asText());
            assertEquals(
                    "tool_calls",
                    TestApi.json(events.get(3)).at("/choices/0/finish_reason").asText());
        }
    }

    @Test
    void forcedCallIsGuided() {
        try (TestApi api = new TestApi()) {
            CompletableFuture<HttpResponse<String>> answer = later(
                    api,
                    CHAT,
                    "{" + HELLO + "," + TOOLS
                            + ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"weather\"}}}");
            Claim claim = claim(api);
            assertTrue(claim.request().responseFormat() instanceof ResponseFormat.JsonSchema);
            finish(api, claim, answer("{\"name\":\"weather\",\"arguments\":{\"place\":\"Rome\"}}"));
            JsonNode choice = TestApi.json(answer.join()).at("/choices/0");
            assertTrue(choice.at("/message/content").isNull());
            assertEquals(
                    "{\"place\":\"Rome\"}",
                    choice.at("/message/tool_calls/0/function/arguments").asText());
        }
    }

    @Test
    void conversationWithACallAndItsAnswerIsTaken() {
        JobInput.Chat chat = (JobInput.Chat) asked(
                        CHAT,
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"hello\"},{\"role\":\"assistant\",\"content\":null,\"tool_calls\":"
                                + "[{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"weather\",\"arguments\":\"{\\\"place\\\": 1}\"}}]},"
                                + "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"4 degrees\"}]," + TOOLS
                                + "}")
                .input();
        assertEquals("{\"place\":1}", chat.messages().get(1).toolCalls().get(0).arguments());
        assertEquals("c1", chat.messages().get(2).toolCallId());
        assertEquals("weather", chat.tools().get(0).name());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "n             | \"n\":2",
                "logprobs      | \"logprobs\":true",
                "logit_bias    | \"logit_bias\":{\"5\":1}",
                "best_of       | \"best_of\":3",
                "use_beam_search | \"use_beam_search\":true",
                "functions     | \"functions\":[]",
                "max_tokens    | \"max_tokens\":0",
                "temperature   | \"temperature\":3",
                "stream_options | \"stream_options\":{}",
                "tool_choice   | \"tool_choice\":\"required\"",
                "tool_choice   | \"tool_choice\":\"perhaps\"",
                "tools         | \"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"no blank\"}}]",
                "tools.function.parameters | \"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":3}}]",
                "unheard_of    | \"unheard_of\":1"
            })
    void whatCannotBeDoneIsRefusedByItsName(String param, String field) {
        try (TestApi api = new TestApi()) {
            var answer = api.post(CHAT, "{" + HELLO + "," + field + "}");
            assertEquals(400, answer.statusCode(), answer.body());
            JsonNode error = TestApi.json(answer).get("error");
            assertEquals(param.strip(), error.get("param").asText(), error.toString());
            assertEquals("invalid_request_error", error.get("type").asText());
        }
    }

    @Test
    void modelThatIsNotLoadedIsNotFound() {
        try (TestApi api = new TestApi()) {
            var answer = api.post(CHAT, "{\"model\":\"gpt-4o\"," + HELLO + "}");
            assertEquals(404, answer.statusCode());
            assertEquals(
                    "model_not_found", TestApi.json(answer).at("/error/code").asText());
            assertEquals(404, api.get("/v1/models/gpt-4o").statusCode());
            assertEquals(
                    "tiny-qwen2",
                    TestApi.json(api.get("/v1/models")).at("/data/0/id").asText());
            assertEquals(
                    "model",
                    TestApi.json(api.get("/v3/models/tiny-qwen2")).get("object").asText());
        }
    }

    @Test
    void jobWithoutAnAnswerSaysWhyAndWhetherToAskAgain() {
        try (TestApi api = new TestApi().lane(claim -> Outcomes.failed(ErrorCode.TIMEOUT, "it took too long"))) {
            var answer = api.post(CHAT, "{" + HELLO + "}");
            assertEquals(504, answer.statusCode());
            assertEquals(
                    "it took too long",
                    TestApi.json(answer).at("/error/message").asText());
            assertEquals("false", answer.headers().firstValue("x-should-retry").orElseThrow());
            var streamed = api.post(CHAT, "{\"stream\":true," + HELLO + "}");
            assertEquals(504, streamed.statusCode(), "nothing was streamed yet, so the status can still say it");
        }
    }

    @Test
    void clientThatLeavesCancelsItsJob() throws IOException {
        try (TestApi api = new TestApi()) {
            RawClient client = ask(api, "");
            Claim claim = claim(api);
            client.close();
            Outcomes.untilCancelled(claim);
        }
    }

    @Test
    void clientThatGaveAKeyMayLeaveAndComeBack() throws IOException {
        try (TestApi api = new TestApi()) {
            RawClient client = ask(api, "Idempotency-Key: k1\r\n");
            Claim claim = claim(api);
            client.close();
            api.queue.awaitWatches(0);
            finish(api, claim, Outcomes.onNpu(claim));
            var again = api.post(CHAT, "{" + HELLO + "}", "Idempotency-Key", "k1");
            assertEquals(200, again.statusCode(), again.body());
            assertEquals(
                    JobState.SUCCEEDED,
                    job(api, again.headers().firstValue("X-Npuq-Job-Id").orElseThrow())
                            .state());
            var streamed = api.post(CHAT, "{\"stream\":true," + HELLO + "}", "Idempotency-Key", "k1");
            assertTrue(streamed.body().contains("Mail server is slow"), streamed.body());
        }
    }

    private static RawClient ask(TestApi api, String headers) throws IOException {
        String body = "{" + HELLO + "}";
        return api.raw()
                .send("POST " + CHAT + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers
                        + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    @Test
    void waitingClientSeesThatItsAnswerIsUnderWay() {
        try (TestApi api = new TestApi(TestApi.CONFIG, new TestQueue(10), Duration.ofMillis(200))) {
            api.queue.pause().toCompletableFuture().join();
            var whole = later(api, CHAT, "{" + HELLO + "}");
            var streamed = later(api, CHAT, "{\"stream\":true," + HELLO + "}");
            api.queue.awaitWatches(2);
            api.queue.awaitLooks(8);
            api.queue.resume().toCompletableFuture().join();
            for (int i = 0; i < 2; i++) {
                Claim claim = claim(api);
                finish(api, claim, Outcomes.onNpu(claim));
            }
            String body = whole.join().body();
            assertTrue(body.startsWith(" {") || body.startsWith("  "), body);
            assertEquals("chat.completion", TestApi.json(body).get("object").asText());
            assertTrue(
                    streamed.join().body().contains(": queued position="),
                    streamed.join().body());
            assertFalse(events(streamed.join().body()).isEmpty());
        }
    }

    @Test
    void embeddingsComeAsNumbersOrAsBase64() {
        try (TestApi api = new TestApi(EmbeddingJobsTest.KNOWING)) {
            JsonNode numbers = TestApi.json(api.post("/v1/embeddings", "{\"input\":[\"known a\",\"known b\"]}"));
            assertEquals("[0.5,-1.25E-6]", numbers.at("/data/1/embedding").toString());
            assertEquals(6, numbers.at("/usage/total_tokens").asInt());
            JsonNode base64 = TestApi.json(api.post(
                    "/v1/embeddings", "{\"input\":\"known a\",\"encoding_format\":\"base64\",\"dimensions\":2}"));
            assertEquals(
                    new Embedding(EmbeddingVector.of(new float[] {0.5f, -1.25e-6f}), 3, false, true).vector(),
                    EmbeddingVector.parse(base64.at("/data/0/embedding").asText()));
            assertEquals(
                    400,
                    api.post("/v1/embeddings", "{\"input\":\"known a\",\"dimensions\":3}")
                            .statusCode());
            assertEquals(400, api.post("/v1/embeddings", "{\"input\":[1,2]}").statusCode());
        }
        try (TestApi api = new TestApi()) {
            assertEquals(400, api.post("/v1/embeddings", "{\"input\":\"x\"}").statusCode());
        }
    }

    @Test
    void theOlderBoundOnTokensIsCheckedBesideTheNewerOne() {
        try (TestApi api = new TestApi()) {
            HttpResponse<String> answer =
                    api.post(CHAT, "{" + HELLO + ",\"max_completion_tokens\":5,\"max_tokens\":-5}");
            assertEquals(400, answer.statusCode(), answer.body());
            assertEquals("max_tokens", TestApi.json(answer).at("/error/param").asText());
        }
    }
}
