package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /inference} and {@code /embeddings} over real HTTP. */
class BackendApiTest {
    @Test
    void anAnswerComesWithWhatMadeItAndItsEvidence() {
        AtomicReference<JobRequest> asked = new AtomicReference<>();
        try (TestApi api = new TestApi().lane(claim -> {
            asked.set(claim.request());
            return Outcomes.onCpu(claim);
        })) {
            HttpResponse<String> answer = api.post(
                    "/inference",
                    "{\"prompt\":\"Hi\",\"model\":\"tiny-qwen2\",\"max_tokens\":7,\"temperature\":0.5,\"priority\":4}");

            assertEquals(200, answer.statusCode(), answer.body());
            JsonNode body = TestApi.json(answer);
            assertEquals(List.of("text", "model", "device", "evidence"), names(body));
            assertEquals("Mail server is slow", body.get("text").textValue());
            assertEquals("tiny-qwen2", body.get("model").textValue());
            assertEquals("CPU", body.get("device").textValue());
            String job = answer.headers().firstValue("X-Npuq-Job-Id").orElseThrow();
            assertEquals(TestApi.json(api.get("/v1/jobs/" + job)).get("evidence"), body.get("evidence"));
        }
        assertEquals(
                new JobInput.Chat(List.of(new ChatMessage("user", "Hi"))),
                asked.get().input());
        assertEquals(7, asked.get().maxNewTokens());
        assertEquals(4, asked.get().priority());
        assertEquals(0.5, asked.get().sampling().temperature());
    }

    @Test
    void aFailedJobIsAFlatError() {
        try (TestApi api = new TestApi().lane(claim -> Outcomes.failed(ErrorCode.GENERATION_FAILED, "it broke"))) {
            HttpResponse<String> answer = api.post("/inference", "{\"prompt\":\"Hi\"}");
            assertEquals(500, answer.statusCode());
            assertEquals(List.of("error"), names(TestApi.json(answer)));
        }
    }

    @Test
    void vectorsThatWereKnownClaimNoDevice() {
        try (TestApi api = new TestApi(EmbeddingJobsTest.KNOWING)) {
            assertEquals(
                    "{\"embeddings\":[[0.5,-1.25E-6],[0.5,-1.25E-6]],\"model\":\"tiny-encoder\",\"device\":null}",
                    api.post("/embeddings", "{\"texts\":[\"known a\",\"known b\"]}")
                            .body());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/inference  | {}                                    | 400 | prompt is missing",
                "/inference  | {\"prompt\":\" \"}                    | 400 | prompt must not be empty",
                "/inference  | {\"prompt\":7}                        | 400 | prompt must be a string",
                "/inference  | {\"prompt\":\"x\",\"max_tokens\":0}   | 400 | max_tokens must be from 1 to 1024",
                "/inference  | {\"prompt\":\"x\",\"stream\":true}    | 400 | stream is not a known field",
                "/inference?stream=true  | {\"prompt\":\"x\"}     | 400 | stream is not a query parameter here",
                "/embeddings?x=1 | {\"texts\":\"x\"}              | 400 | x is not a query parameter here",
                "/inference  | {\"prompt\":\"x\",\"model\":\"none\"} | 404 | model none is not loaded",
                "/embeddings | {\"model\":\"tiny-encoder\"}          | 400 | texts is missing",
                "/embeddings | {\"texts\":[7]}                       | 400 | texts[0] must be a string",
                "/embeddings | {\"texts\":[]}                        | 400 | texts",
            })
    void badInputIsRefused(String path, String body, int status, String message) {
        try (TestApi api = new TestApi(EmbeddingJobsTest.KNOWING)) {
            HttpResponse<String> answer = api.post(path, body);
            assertEquals(status, answer.statusCode(), answer.body());
            assertTrue(TestApi.json(answer).get("error").textValue().contains(message), answer.body());
        }
    }

    @Test
    void withoutAnEmbeddingModelTheErrorSaysWhatToDo() {
        try (TestApi api = new TestApi()) {
            HttpResponse<String> answer = api.post("/embeddings", "{\"texts\":[\"Hi\"]}");
            assertEquals(400, answer.statusCode());
            assertTrue(answer.body().contains("--embedding-model"), answer.body());
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
