package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobQuery;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobInput;
import io.npuq.schema.Lane;
import io.npuq.schema.Limits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches over real HTTP, from the upload to the output. */
@Timeout(300)
class BatchApiTest {
    private static String word(Claim claim) {
        return ((JobInput.Chat) claim.request().input()).messages().get(0).content();
    }

    private static int jobs(TestApi api) {
        return api.queue
                .list(new JobQuery(Optional.empty(), Optional.empty(), Limits.PAGE_JOBS_MAX, Optional.empty()))
                .toCompletableFuture()
                .join()
                .jobs()
                .size();
    }

    private static Claim claim(TestApi api) {
        return api.queue.take(Lane.NPU).toCompletableFuture().join().orElseThrow();
    }

    @Test
    void everyLineHasItsAnswerInTheOutput() {
        List<Integer> priorities = new ArrayList<>();
        try (TestApi api = new TestApi().lane(claim -> {
            priorities.add(claim.request().priority());
            return Outcomes.onNpu(claim);
        })) {
            String urgent = BatchKit.line("c", "x").replace("\"body\":{", "\"body\":{\"priority\":3,");
            String id = BatchKit.create(
                    api, BatchKit.line("a", "one") + "\r\n\n" + BatchKit.line("b", "zwölf") + "\n" + urgent + "\n");
            JsonNode batch = BatchKit.await(api, id, "completed");

            assertEquals(
                    "{\"total\":3,\"completed\":3,\"failed\":0}",
                    batch.get("request_counts").toString());
            assertEquals("tiny-qwen2", batch.get("model").textValue());
            assertEquals(60, batch.get("usage").get("input_tokens").intValue());
            assertEquals(72, batch.get("usage").get("total_tokens").intValue());
            assertTrue(batch.get("error_file_id").isNull());
            assertEquals(
                    batch.get("created_at").longValue() + Duration.ofDays(1).toSeconds(),
                    batch.get("expires_at").longValue());
            List<JsonNode> output = BatchKit.content(api, batch, "output_file_id");
            assertEquals(List.of("a", "b", "c"), BatchKit.customIds(output));
            JsonNode line = output.get(0);
            assertTrue(line.get("id").textValue().startsWith("batch_req_"));
            assertTrue(line.get("error").isNull());
            assertEquals(200, line.get("response").get("status_code").intValue());
            JsonNode body = line.get("response").get("body");
            assertEquals("chat.completion", body.get("object").textValue());
            assertEquals(
                    "Mail server is slow",
                    body.get("choices").get(0).get("message").get("content").textValue());
            String job = line.get("response").get("request_id").textValue();
            assertEquals(200, api.get("/v1/jobs/" + job).statusCode());
            assertEquals(List.of(3, 7, 7), priorities.stream().sorted().toList());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/v1/completions|{\"prompt\":\"One\"}|text_completion",
                "/v1/responses|{\"input\":\"One\"}|response",
                "/v1/embeddings|{\"input\":[\"known\"]}|list"
            })
    void everyEndpointAnswersInItsOwnWay(String endpoint, String body, String object) {
        try (TestApi api = new TestApi(EmbeddingJobsTest.KNOWING).lane(Outcomes::onNpu)) {
            String line =
                    "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"" + endpoint + "\",\"body\":" + body + "}";
            String creation =
                    BatchKit.creation(BatchKit.upload(api, line), "24h").replace("/v1/chat/completions", endpoint);
            String id =
                    TestApi.json(api.post("/v1/batches", creation)).get("id").textValue();
            JsonNode batch = BatchKit.await(api, id, "completed");

            JsonNode output = BatchKit.content(api, batch, "output_file_id").get(0);
            assertEquals(
                    object, output.get("response").get("body").get("object").textValue());
            assertTrue(batch.get("usage").get("input_tokens").intValue() > 0, batch.toString());
        }
    }

    @Test
    void fileWithABadLineIsNotRunAndSaysWhy() {
        String good = BatchKit.line("good", "x");
        String bad = String.join(
                "\n",
                good,
                "{not json",
                good,
                "",
                good.replace("\"custom_id\":\"good\",", ""),
                good.replace("good", "get").replace("POST", "GET"),
                good.replace("good", "url").replace("/v1/chat/completions", "/v1/completions"),
                good.replace("good", "body").replace("\"messages\"", "\"massages\""),
                good.replace("good", "stream").replace("\"body\":{", "\"body\":{\"stream\":true,"),
                good.replace("good", "model").replace("\"body\":{", "\"body\":{\"model\":\"other\","),
                good.replace("good", "more").replace("\"method\"", "\"priority\":1,\"method\""),
                BatchKit.line("long", "x".repeat(Limits.BODY_BYTES_MAX)));
        try (TestApi api = new TestApi()) {
            JsonNode batch = BatchKit.await(api, BatchKit.create(api, bad), "failed");

            List<String> errors = new ArrayList<>();
            for (JsonNode error : batch.get("errors").get("data")) {
                errors.add(error.get("line") + " " + error.get("code").textValue() + " "
                        + error.get("param").textValue());
            }
            assertEquals(
                    List.of(
                            "2 invalid_json_line line",
                            "3 duplicate_custom_id custom_id",
                            "5 invalid_value custom_id",
                            "6 invalid_method method",
                            "7 invalid_url url",
                            "8 invalid_value body.massages",
                            "9 invalid_value body.stream",
                            "10 model_not_found model",
                            "11 invalid_value priority",
                            "12 line_too_long line"),
                    errors);
            assertTrue(batch.get("output_file_id").isNull());
            assertEquals(0, jobs(api));
        }
    }

    @Test
    void lineThatFailsIsInTheErrorFile() {
        try (TestApi api = new TestApi()
                .lane(claim -> word(claim).equals("bad")
                        ? Outcomes.failed(ErrorCode.GENERATION_FAILED, "the engine said no")
                        : Outcomes.onNpu(claim))) {
            String id = BatchKit.create(api, BatchKit.line("a", "good") + "\n" + BatchKit.line("b", "bad"));
            JsonNode batch = BatchKit.await(api, id, "completed");

            assertEquals(
                    "{\"total\":2,\"completed\":1,\"failed\":1}",
                    batch.get("request_counts").toString());
            JsonNode error = BatchKit.content(api, batch, "error_file_id").get(0);
            assertEquals("b", error.get("custom_id").textValue());
            assertEquals(500, error.get("response").get("status_code").intValue());
            assertEquals(
                    "generation_failed",
                    error.get("response").get("body").get("error").get("code").textValue());
        }
    }

    @Test
    void cancelStopsWhatRunsAndKeepsWhatWasAnswered() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        try (TestApi api = new TestApi().lane(claim -> {
            if (word(claim).equals("word 0")) {
                return Outcomes.onNpu(claim);
            }
            running.countDown();
            return Outcomes.untilCancelled(claim);
        })) {
            String id = BatchKit.create(api, BatchKit.lines(100));
            running.await();
            assertEquals(200, api.post("/v1/batches/" + id + "/cancel", "{}").statusCode());
            JsonNode batch = BatchKit.await(api, id, "cancelled");

            assertEquals(
                    "{\"total\":100,\"completed\":1,\"failed\":99}",
                    batch.get("request_counts").toString());
            assertEquals(List.of("line-0"), BatchKit.customIds(BatchKit.content(api, batch, "output_file_id")));
            List<JsonNode> errors = BatchKit.content(api, batch, "error_file_id");
            assertEquals(99, errors.size());
            assertTrue(errors.stream()
                    .allMatch(line -> line.get("error").get("code").textValue().equals("batch_cancelled")));
            assertFalse(batch.get("cancelling_at").isNull());
            assertEquals(
                    "cancelled",
                    TestApi.json(api.post("/v1/batches/" + id + "/cancel", "{}"))
                            .get("status")
                            .textValue());
        }
    }

    @Test
    void endOfTheWindowKeepsWhatWasAnswered() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        SetClock clock = new SetClock();
        try (TestApi api = new TestApi(new TestQueue(1_000), clock).lane(claim -> {
            if (word(claim).equals("word 0")) {
                return Outcomes.onNpu(claim);
            }
            running.countDown();
            return Outcomes.untilCancelled(claim);
        })) {
            String id = BatchKit.create(api, BatchKit.lines(3), "1h");
            running.await();
            clock.advance(Duration.ofHours(1));
            JsonNode batch = BatchKit.await(api, id, "expired");

            assertEquals(
                    "{\"total\":3,\"completed\":1,\"failed\":2}",
                    batch.get("request_counts").toString());
            assertEquals(List.of("line-0"), BatchKit.customIds(BatchKit.content(api, batch, "output_file_id")));
            JsonNode error = BatchKit.content(api, batch, "error_file_id").get(0);
            assertEquals("batch_expired", error.get("error").get("code").textValue());
            assertTrue(error.get("response").isNull());
        }
    }

    @Test
    void restartGoesOnWithEveryLineExactlyOnce(@TempDir Path directory) throws IOException {
        SetClock clock = new SetClock();
        String id;
        try (TestApi api = new TestApi(new TestQueue(directory, 1_000), clock)) {
            id = BatchKit.create(api, BatchKit.lines(100));
            for (int i = 0; i < 3; i++) {
                Claim claim = claim(api);
                api.queue
                        .finish(claim, Outcomes.onNpu(claim))
                        .toCompletableFuture()
                        .join();
            }
            BatchKit.await(() -> BatchKit.batch(api, id)
                            .get("request_counts")
                            .get("completed")
                            .intValue()
                    == 3);
            claim(api);
        }
        Path output = directory.resolve("batches").resolve(id + ".output");
        // As a crash leaves it: a line that was lost, and half of another one.
        List<String> whole = Files.readAllLines(output);
        Files.writeString(
                output, whole.get(0) + "\n" + whole.get(1) + "\n" + whole.get(2).substring(0, 40));
        try (TestApi api = new TestApi(new TestQueue(directory, 1_000), clock).lane(Outcomes::onNpu)) {
            JsonNode batch = BatchKit.await(api, id, "completed");

            assertEquals(
                    "{\"total\":100,\"completed\":100,\"failed\":0}",
                    batch.get("request_counts").toString());
            List<JsonNode> lines = BatchKit.content(api, batch, "output_file_id");
            assertEquals(
                    Stream.iterate(0, i -> i + 1)
                            .limit(100)
                            .map(i -> "line-" + i)
                            .sorted()
                            .toList(),
                    BatchKit.customIds(lines));
            assertEquals(100, jobs(api));
            assertEquals(List.of(id + ".json"), BatchKit.names(api, "batches"));
        }
    }

    @Test
    void jobsAreFoundAgainAfterTheirKeysAreForgotten(@TempDir Path directory) throws IOException {
        SetClock clock = new SetClock();
        String id;
        try (TestApi api = new TestApi(new TestQueue(directory, 1_000), clock)) {
            id = BatchKit.create(api, BatchKit.lines(2));
            BatchKit.await(() -> jobs(api) == 2);
        }
        // Other keys would be used from here on, were the jobs not known by their names.
        Path state = directory.resolve("batches").resolve(id + ".json");
        Files.writeString(state, Files.readString(state).replace("127.0.0.1", "127.0.0.2"));
        try (TestApi api = new TestApi(new TestQueue(directory, 1_000), clock).lane(Outcomes::onNpu)) {
            BatchKit.await(api, id, "completed");
            assertEquals(2, jobs(api));
        }
    }

    @Test
    void fullQueueIsWaitedOut() {
        SetClock clock = new SetClock();
        Map<String, Integer> runs = new HashMap<>();
        try (TestApi api = new TestApi(new TestQueue(1), clock).lane(claim -> {
            runs.merge(word(claim), 1, Integer::sum);
            return Outcomes.onNpu(claim);
        })) {
            String id = BatchKit.create(api, BatchKit.lines(5));
            BatchKit.await(() -> {
                clock.advance(Duration.ofMinutes(1));
                return BatchKit.batch(api, id).get("status").textValue().equals("completed");
            });
            assertEquals(
                    5,
                    BatchKit.batch(api, id)
                            .get("request_counts")
                            .get("completed")
                            .intValue());
            assertEquals(5, runs.size());
            assertTrue(runs.values().stream().allMatch(times -> times == 1));
        }
    }

    @Test
    void sameKeyMakesOneBatch() {
        try (TestApi api = new TestApi().lane(Outcomes::onNpu)) {
            String creation = BatchKit.creation(BatchKit.upload(api, BatchKit.lines(1)), "24h");
            String[] key = {"Idempotency-Key", "k"};
            String first = TestApi.json(api.post("/v1/batches", creation, key))
                    .get("id")
                    .textValue();
            assertEquals(
                    first,
                    TestApi.json(api.post("/v1/batches", creation, key))
                            .get("id")
                            .textValue());
            assertEquals(
                    409,
                    api.post("/v1/batches", creation.replace("24h", "12h"), key).statusCode());
            assertFalse(TestApi.json(api.post("/v1/batches", creation))
                    .get("id")
                    .textValue()
                    .equals(first));
        }
    }

    @Test
    void filesAreErasedADayAfterTheBatch() {
        SetClock clock = new SetClock();
        try (TestApi api = new TestApi(new TestQueue(1_000), clock).lane(Outcomes::onNpu)) {
            JsonNode batch = BatchKit.await(api, BatchKit.create(api, BatchKit.lines(1)), "completed");
            String output = batch.get("output_file_id").textValue();
            assertEquals(4, BatchKit.names(api, "files").size());
            clock.advance(Duration.ofHours(24));
            assertEquals(404, api.get("/v1/files/" + output + "/content").statusCode());
            BatchKit.await(() -> BatchKit.names(api, "files").isEmpty());
            assertEquals(
                    200, api.get("/v1/batches/" + batch.get("id").textValue()).statusCode());
            clock.advance(Duration.ofDays(7));
            BatchKit.await(() -> BatchKit.names(api, "batches").isEmpty());
        }
    }

    @Test
    void batchesAreListedInPages() {
        try (TestApi api = new TestApi().lane(Outcomes::onNpu)) {
            List<String> ids = Stream.generate(() -> BatchKit.create(api, BatchKit.lines(1)))
                    .limit(3)
                    .toList();
            JsonNode page = TestApi.json(api.get("/v1/batches?limit=2"));
            assertEquals(ids.get(2), page.get("first_id").textValue());
            assertEquals(ids.get(1), page.get("last_id").textValue());
            assertTrue(page.get("has_more").booleanValue());
            JsonNode rest = TestApi.json(api.get("/v1/batches?limit=2&after=" + ids.get(1)));
            assertEquals(ids.get(0), rest.get("data").get(0).get("id").textValue());
            assertFalse(rest.get("has_more").booleanValue());
        }
    }

    @Test
    void thousandsOfLinesPassThroughASmallWindow() {
        int count = 3_000;
        List<Integer> waiting = new ArrayList<>();
        try (TestApi api = new TestApi(new TestQueue(1_000), new SetClock())) {
            api.lane(claim -> {
                waiting.add(api.queue.watches());
                return Outcomes.onNpu(claim);
            });
            JsonNode batch = BatchKit.await(api, BatchKit.create(api, BatchKit.lines(count)), "completed");
            List<JsonNode> lines = BatchKit.content(api, batch, "output_file_id");
            assertEquals(count, BatchKit.customIds(lines).stream().distinct().count());
            assertEquals(count, lines.size());
            assertTrue(waiting.stream().allMatch(watches -> watches <= 64));
        }
    }
}
