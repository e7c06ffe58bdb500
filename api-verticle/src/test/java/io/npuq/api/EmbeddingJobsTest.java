package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.embedding.Embeddings;
import io.npuq.schema.Embedding;
import io.npuq.schema.EmbeddingVector;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobResult;
import io.npuq.schema.Outcome;
import io.npuq.schema.Timing;
import io.npuq.schema.Usage;
import io.npuq.schema.Verdict;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Embedding jobs over HTTP, as far as no engine has a part in them. */
class EmbeddingJobsTest {
    /** Knows the texts that begin with "known". */
    static final Embeddings KNOWING = new Embeddings() {
        @Override
        public Optional<String> refusal() {
            return Optional.empty();
        }

        @Override
        public Optional<Outcome.Succeeded> answer(JobRequest request) {
            List<String> texts = ((JobInput.Texts) request.input()).texts();
            return texts.stream().allMatch(text -> text.startsWith("known"))
                    ? Optional.of(known(request))
                    : Optional.empty();
        }
    };

    private static Outcome.Succeeded known(JobRequest request) {
        List<Embedding> embeddings = ((JobInput.Texts) request.input())
                .texts().stream()
                        .map(text -> new Embedding(
                                EmbeddingVector.of(new float[] {0.5f, -1.25e-6f}), 3, text.endsWith("long"), true))
                        .toList();
        Evidence evidence = new Evidence(
                "tiny-encoder",
                "ab",
                null,
                null,
                "CPU",
                null,
                null,
                request.input().chars(),
                3 * embeddings.size(),
                0,
                0,
                new Timing(null, null, null, null, null, null),
                null,
                null,
                null,
                null,
                0,
                Verdict.CACHED);
        return new Outcome.Succeeded(
                new JobResult("", null, FinishReason.STOP, new Usage(3 * embeddings.size(), 0), false, embeddings),
                evidence);
    }

    @Test
    void aJobWhoseVectorsAreKnownEndsAsItComes() {
        try (TestApi api = new TestApi(KNOWING)) {
            var answer = api.post("/v1/jobs", "{\"kind\":\"embedding\",\"input\":[\"known\",\"known long\"]}");

            assertEquals(202, answer.statusCode());
            JsonNode job = TestApi.json(answer);
            assertEquals("succeeded", job.get("state").textValue());
            assertTrue(
                    answer.body()
                            .contains("\"result\":{\"text\":\"\",\"json\":null,\"finish_reason\":\"stop\","
                                    + "\"usage\":{\"prompt_tokens\":6,\"completion_tokens\":0},"
                                    + "\"embeddings\":[[0.5,-1.25E-6],[0.5,-1.25E-6]],\"truncated\":[1],\"cached\":2},"
                                    + "\"error\":null,\"evidence\":{\"model\":\"tiny-encoder\",\"model_digest\":\"ab\","
                                    + "\"runtime\":null,\"driver\":null,\"device_requested\":\"CPU\",\"device_actual\":null,"
                                    + "\"route_reason\":null,\"prompt_chars\":15,\"prompt_tokens\":6,\"max_new_tokens\":0,"
                                    + "\"completion_tokens\":0,\"timing_ms\":{\"queue_wait\":null,\"load\":null,"
                                    + "\"initial_load\":null,\"time_to_first_token\":null,\"generate\":null,\"total\":null},"
                                    + "\"npu_busy_before_us\":null,\"npu_busy_after_us\":null,\"npu_busy_delta_us\":null,"
                                    + "\"npu_busy_quiet\":null,\"attempt\":0,\"verdict\":\"cached\"}"),
                    answer.body());
            assertEquals(job, TestApi.json(api.get("/v1/jobs/" + job.get("id").textValue())));
        }
    }

    @Test
    void oneTextStandsForAListOfOne() {
        try (TestApi api = new TestApi(KNOWING)) {
            JsonNode job = TestApi.json(api.post("/v1/jobs", "{\"kind\":\"embedding\",\"input\":\"known\"}"));
            assertEquals(1, job.at("/result/embeddings").size());
        }
    }

    @Test
    void aJobWithOneUnknownTextWaitsForItsLane() {
        try (TestApi api = new TestApi(KNOWING)) {
            JsonNode job = TestApi.json(api.post("/v1/jobs", "{\"kind\":\"embedding\",\"input\":[\"known\",\"new\"]}"));
            assertEquals("queued", job.get("state").textValue());
        }
    }

    @Test
    void bulkTakesThemToo() {
        try (TestApi api = new TestApi(KNOWING)) {
            List<String> lines = bulk(api).lines().toList();
            assertEquals("succeeded", TestApi.json(lines.get(0)).get("state").textValue());
            assertEquals("queued", TestApi.json(lines.get(1)).get("state").textValue());
        }
    }

    @Test
    void withoutAModelTheyAreRefusedAndLeaveNoTrace() {
        try (TestApi api = new TestApi()) {
            var answer = api.post("/v1/jobs", "{\"kind\":\"embedding\",\"input\":\"known\"}");
            assertEquals(400, answer.statusCode());
            JsonNode error = TestApi.json(answer).get("error");
            assertEquals("kind", error.get("param").textValue());
            assertTrue(error.get("message").textValue().contains("--embedding-model"), answer.body());

            List<String> lines = bulk(api).lines().toList();
            assertEquals(2, lines.size());
            for (String line : lines) {
                assertEquals(400, TestApi.json(line).get("status").intValue());
            }
            assertFalse(TestApi.json(api.get("/v1/jobs")).get("data").elements().hasNext());
        }
    }

    private static String bulk(TestApi api) {
        return api.send(api.request("/v1/jobs/bulk")
                        .header("Content-Type", "application/x-ndjson")
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofString("""
                                {"kind":"embedding","input":"known"}
                                {"kind":"embedding","input":"new"}
                                """)))
                .body();
    }
}
