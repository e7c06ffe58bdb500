package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneHealth;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The KServe v2 protocol over real HTTP. */
class KserveApiTest {
    private static final String INFER = "/v2/models/tiny-qwen2/infer";
    private static final String TEXT =
            "{\"name\":\"text_input\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"Hi\"]}";

    private static String body(String parameters, String moreInputs) {
        return "{\"id\":\"7\",\"parameters\":{" + parameters + "},\"inputs\":[" + TEXT
                + (moreInputs.isEmpty() ? "" : "," + moreInputs) + "]}";
    }

    private static String input(String name, String datatype, String data) {
        return "{\"name\":\"" + name + "\",\"datatype\":\"" + datatype + "\",\"shape\":[1],\"data\":[" + data + "]}";
    }

    /** The job that the body makes. */
    private static JobRequest asked(String body) {
        AtomicReference<JobRequest> seen = new AtomicReference<>();
        try (TestApi api = new TestApi().lane(claim -> {
            seen.set(claim.request());
            return Outcomes.onNpu(claim);
        })) {
            HttpResponse<String> answer = api.post(INFER, body);
            assertEquals(200, answer.statusCode(), answer.body());
        }
        return seen.get();
    }

    @Test
    void textGoesInAndTextComesOutWithTheJobsHeaders() {
        try (TestApi api = new TestApi().lane(Outcomes::onNpu)) {
            HttpResponse<String> answer = api.post(INFER, body("", ""));

            assertEquals(200, answer.statusCode());
            assertEquals(
                    "{\"model_name\":\"tiny-qwen2\",\"model_version\":\"1\",\"id\":\"7\",\"parameters\":{\"finish_reason\":\"stop\"},"
                            + "\"outputs\":[{\"name\":\"text_output\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"Mail server is slow\"]}]}",
                    answer.body());
            assertEquals(
                    "NPU", answer.headers().firstValue("X-NPU-Proxy-Device").orElseThrow());
            assertTrue(answer.headers().firstValue("X-Npuq-Job-Id").isPresent());
        }
    }

    @Test
    void tensorsAndParametersAreTheSameOptions() {
        JobRequest tensors = asked(body(
                "\"priority\":3,\"timeout\":60000000",
                input("max_tokens", "INT32", "9") + "," + input("temperature", "FP32", "0.5") + ","
                        + input("random_seed", "UINT64", "4") + "," + input("stop_words", "BYTES", "\"END\"")));
        JobRequest parameters = asked(body(
                "\"priority\":3,\"timeout\":60000000,\"max_tokens\":9,\"temperature\":0.5,\"seed\":\"4\",\"stop\":\"END\"",
                ""));
        JobRequest sampling = asked(
                body(
                        "\"priority\":3,\"timeout\":60000000",
                        input(
                                "sampling_parameters",
                                "BYTES",
                                "\"{\\\"temperature\\\":\\\"0.5\\\",\\\"max_tokens\\\":9,\\\"seed\\\":4,\\\"stop\\\":[\\\"END\\\"]}\"")));

        assertEquals(tensors, parameters);
        assertEquals(tensors, sampling);
        assertEquals(3, tensors.priority());
        assertEquals(Optional.of(Duration.ofMinutes(1)), tensors.deadline());
        assertEquals(9, tensors.maxNewTokens());
        assertEquals(0.5, tensors.sampling().temperature());
        assertEquals(4L, tensors.sampling().seed());
        assertEquals(List.of("END"), tensors.sampling().stop());
    }

    @Test
    void priorityZeroIsTheOneOfAWaitingClientAndTheTextIsAUsersUnlessItIsRaw() {
        JobRequest chat = asked(body("\"priority\":0", ""));
        assertEquals(Limits.PRIORITY_SYNC, chat.priority());
        assertEquals("user", ((JobInput.Chat) chat.input()).messages().get(0).role());
        assertEquals(new JobInput.Prompt("Hi"), asked(body("\"raw\":true", "")).input());
    }

    @Test
    void tensorsComeAndGoInBinaryForm() throws IOException {
        String text = "Wie heißt du? 😀";
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        String json =
                "{\"inputs\":[{\"name\":\"text_input\",\"datatype\":\"BYTES\",\"shape\":[1,1],\"parameters\":{\"binary_data_size\":"
                        + (raw.length + 4)
                        + "}},{\"name\":\"max_tokens\",\"datatype\":\"INT32\",\"shape\":[1],\"parameters\":{\"binary_data_size\":4}}],"
                        + "\"parameters\":{\"binary_data_output\":true}}";
        ByteBuffer tensors = ByteBuffer.allocate(raw.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        tensors.putInt(raw.length).put(raw).putInt(11);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(json.getBytes(StandardCharsets.UTF_8));
        body.writeBytes(tensors.array());
        AtomicReference<JobRequest> seen = new AtomicReference<>();
        try (TestApi api = new TestApi().lane(claim -> {
            seen.set(claim.request());
            return Outcomes.onNpu(claim);
        })) {
            // As tritonclient sends it: without a Content-Type.
            HttpResponse<String> answer = api.send(api.request(INFER)
                    .header("Inference-Header-Content-Length", Integer.toString(json.length()))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray())));

            assertEquals(200, answer.statusCode(), answer.body());
            int head = Integer.parseInt(answer.headers()
                    .firstValue("Inference-Header-Content-Length")
                    .orElseThrow());
            JsonNode output = TestApi.json(answer.body().substring(0, head)).at("/outputs/0");
            assertEquals(
                    List.of(1, 1).toString(), output.get("shape").toString().replace(",", ", "));
            assertEquals(23, output.at("/parameters/binary_data_size").intValue());
            assertEquals("\u0013\0\0\0Mail server is slow", answer.body().substring(head));
        }
        assertEquals(
                text, ((JobInput.Chat) seen.get().input()).messages().get(0).content());
        assertEquals(11, seen.get().maxNewTokens());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"priority\":10|priority",
                "\"priority\":-1|priority",
                "\"timeout\":999|microseconds",
                "\"max_tokens\":0|max_tokens must be from 1 to 1024",
                "\"max_tokens\":9.5|whole number",
                "\"temperature\":3|temperature",
                "\"sequence_id\":5|sequence_id is not a known field",
                "\"seed\":1,\"random_seed\":1|seed is given twice",
                "\"stream\":true|ModelStreamInfer",
                "\"exclude_input_in_output\":false|exclude_input_in_output",
                "\"sampling_parameters\":\"[]\"|sampling_parameters must be a JSON object",
            })
    void wrongParameterIsNamedAndMakesNoJob(String parameters, String part) {
        refused(body(parameters, ""), part);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[]|text_input is missing",
                "[{\"name\":\"text_input\",\"datatype\":\"BYTES\",\"shape\":[2],\"data\":[\"a\",\"b\"]}]|one element, not 2",
                "[{\"name\":\"text_input\",\"datatype\":\"BYTES\",\"shape\":[2],\"data\":[\"a\"]}]|has 1 elements",
                "[{\"name\":\"text_input\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"  \"]}]|must not be empty",
                "[{\"name\":\"text_input\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[5]}]|not of BYTES",
                "[{\"name\":\"text_input\",\"datatype\":\"BYTES\",\"shape\":[-1],\"data\":[\"a\"]}]|not negative",
                "[{\"name\":\"text_input\",\"datatype\":\"FP16\",\"shape\":[1],\"data\":[\"a\"]}]|must be one of BOOL",
                "[{\"name\":\"text_input\",\"datatype\":\"INT32\",\"shape\":[1],\"data\":[1]}]|datatype BYTES",
                "[{\"name\":\"text_input\",\"datatype\":\"BYTES\",\"shape\":[1]}]|either data or",
                "[{\"name\":\"text_input\",\"datatype\":\"BYTES\",\"shape\":[1],\"parameters\":{\"binary_data_size\":5}}]|0 bytes are left",
                "[{\"name\":\"text_input\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"a\"]},{\"name\":\"text_input\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"a\"]}]|given twice",
            })
    void wrongTensorIsNamedAndMakesNoJob(String inputs, String part) {
        refused("{\"inputs\":" + inputs + "}", part);
    }

    private static void refused(String body, String part) {
        try (TestApi api = new TestApi()) {
            HttpResponse<String> answer = api.post(INFER, body);
            assertEquals(400, answer.statusCode(), answer.body());
            assertTrue(TestApi.json(answer).get("error").textValue().contains(part), answer.body());
            assertEquals("[]", TestApi.json(api.get("/v1/jobs")).get("data").toString());
        }
    }

    @Test
    void binaryDataThatIsNotWhatItSaysIsRefused() {
        String json =
                "{\"inputs\":[{\"name\":\"text_input\",\"datatype\":\"BYTES\",\"shape\":[1],\"parameters\":{\"binary_data_size\":5}}]}";
        for (byte[] raw : List.of(
                new byte[] {2, 0, 0, 0, 'a'},
                new byte[] {-1, -1, -1, -1, 'a'},
                new byte[] {0, 0, 0, 0, 'a'},
                new byte[] {1, 0, 0, 0, -1},
                new byte[] {1, 0, 0, 0, 'a', 'b'},
                new byte[] {1, 0, 0})) {
            byte[] body = new byte[json.length() + raw.length];
            System.arraycopy(json.getBytes(StandardCharsets.UTF_8), 0, body, 0, json.length());
            System.arraycopy(raw, 0, body, json.length(), raw.length);
            try (TestApi api = new TestApi()) {
                var answer = api.send(api.request(INFER)
                        .header("Inference-Header-Content-Length", Integer.toString(json.length()))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
                assertEquals(400, answer.statusCode(), answer.body());
            }
        }
    }

    @Test
    void bodyWithoutATypeIsNotTakenFromAWebPage() throws IOException {
        try (TestApi api = new TestApi();
                RawClient client = api.raw()) {
            client.send("POST " + INFER
                    + " HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\nContent-Length: 2\r\n\r\n{}");
            assertTrue(client.readHead().startsWith("HTTP/1.1 403"));
        }
    }

    @Test
    void modelsAndServerSayWhatTheyAre() {
        try (TestApi api = embedding()) {
            assertEquals("npuq", TestApi.json(api.get("/v2")).get("name").textValue());
            assertEquals("{\"live\":true}", api.get("/v2/health/live").body());
            assertEquals("{\"ready\":true}", api.get("/v2/health/ready").body());
            JsonNode model = TestApi.json(api.get("/v2/models/tiny-qwen2/versions/1"));
            assertEquals("text_input", model.at("/inputs/0/name").textValue());
            assertEquals("text_output", model.at("/outputs/0/name").textValue());
            assertEquals(200, api.get("/v2/models/tiny-qwen2/versions/1/ready").statusCode());
            assertEquals(
                    "FP32",
                    TestApi.json(api.get("/v2/models/tiny-encoder"))
                            .at("/outputs/0/datatype")
                            .textValue());
            assertEquals(404, api.get("/v2/models/tiny-qwen2/versions/2").statusCode());
            HttpResponse<String> unknown = api.post("/v2/models/other/infer", body("", ""));
            assertEquals(404, unknown.statusCode());
            assertTrue(TestApi.json(unknown).get("error").textValue().contains("tiny-encoder"));
        }
    }

    @Test
    void serverWhoseModelDidNotLoadIsLiveAndNotReadyAndTakesNoJob() {
        LaneStatus failed = new LaneStatus(
                Lane.NPU,
                "NPU",
                "tiny-qwen2",
                Optional.empty(),
                Optional.empty(),
                LaneHealth.of(LanePhase.FAILED),
                Optional.empty(),
                Optional.of("no driver"));
        try (TestApi api = new TestApi(failed)) {
            assertEquals(200, api.get("/v2/health/live").statusCode());
            assertEquals(503, api.get("/v2/health/ready").statusCode());
            assertEquals(503, api.get("/v2/models/tiny-qwen2/ready").statusCode());
            HttpResponse<String> answer = api.post(INFER, body("", ""));
            assertEquals(503, answer.statusCode());
            assertEquals("{\"error\":\"no driver\"}", answer.body());
        }
    }

    @Test
    void severalTextsBecomeARowEach() {
        try (TestApi api = embedding()) {
            JsonNode output = TestApi.json(
                            api.post(
                                    "/v2/models/tiny-encoder/infer",
                                    "{\"inputs\":[{\"name\":\"text_input\",\"datatype\":\"BYTES\",\"shape\":[2,1],\"data\":[[\"known a\"],[\"known b\"]]}]}"))
                    .at("/outputs/0");
            assertEquals("embedding", output.get("name").textValue());
            assertEquals("[2,2]", output.get("shape").toString());
            assertEquals(4, output.get("data").size());
            assertEquals(0.5, output.at("/data/2").doubleValue());
        }
    }

    @Test
    void failedJobIsAFlatErrorWithItsStatus() {
        try (TestApi api =
                new TestApi().lane(claim -> Outcomes.failed(ErrorCode.PROMPT_TOO_LONG, "the prompt is too long"))) {
            HttpResponse<String> answer = api.post(INFER, body("", ""));
            assertEquals(400, answer.statusCode());
            assertEquals("{\"error\":\"the prompt is too long\"}", answer.body());
        }
    }

    @Test
    void clientThatLeavesCancelsItsJob() throws IOException {
        try (TestApi api = new TestApi()) {
            String body = body("", "");
            try (RawClient client = api.raw()) {
                client.send("POST " + INFER
                        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body);
                api.queue.awaitWatches(1);
            }
            api.queue.awaitWatches(0);
            String id = TestApi.json(api.get("/v1/jobs")).at("/data/0/id").textValue();
            assertEquals(
                    "cancelled",
                    TestApi.json(api.get("/v1/jobs/" + id + "?wait_ms=60000"))
                            .get("state")
                            .textValue());
        }
    }

    private static TestApi embedding() {
        List<LaneStatus> lanes = List.of(TestApi.NPU_LANE, TestApi.EMBEDDING_LANE);
        TestLanes standing = new TestLanes(lanes, model -> CompletableFuture.completedStage(lanes));
        return new TestApi(
                TestApi.CONFIG, new TestQueue(10), Duration.ofSeconds(60), standing, EmbeddingJobsTest.KNOWING);
    }
}
