package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import io.npuq.api.kserve.protocol.InferTensorContents;
import io.npuq.api.kserve.protocol.ModelInferRequest;
import io.npuq.api.kserve.protocol.ModelInferRequest.InferInputTensor;
import io.npuq.api.kserve.protocol.ModelInferResponse;
import io.npuq.api.trace.Traces;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.LaneState;
import io.npuq.schema.Evidence;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.Timing;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A collector sees one trace a job, from the request to the engine, whose times are those of the job's record. */
@Timeout(120)
final class TracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CLIENT = "00f067aa0ba902b7";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + CLIENT + "-01";
    private static final String SECRET = "The mail server in Osaka is slow";
    private static final String TITLE = "{\"kind\":\"title\",\"input\":\"" + SECRET + "\"}";
    private static final List<String> OF_A_JOB =
            List.of("POST /v1/jobs", "job title", "queue", "attempt", "generate", "prefill", "finish");

    @TempDir
    private Path data;

    private final Collector collector = new Collector();

    @AfterEach
    void stop() {
        collector.close();
    }

    @Test
    void aJobIsOneTraceFromTheClientsSpanToTheEnginesAndItsTimesAreTheRecords() {
        JsonNode[] shown = new JsonNode[1];
        Job[] job = new Job[1];
        served(Traces.to(collector.url()), api -> {
            String id = TestApi.json(api.post("/v1/jobs", TITLE, "traceparent", TRACEPARENT))
                    .get("id")
                    .textValue();
            shown[0] = TestApi.json(api.get("/v1/jobs/" + id + "?wait_ms=60000"));
            job[0] = api.queue
                    .get(JobId.parse(id).orElseThrow())
                    .toCompletableFuture()
                    .join()
                    .orElseThrow();
        });
        assertEquals(List.of(TRACE), List.copyOf(collector.traces().keySet()));
        Map<String, Span> spans = byName(collector.traces().get(TRACE));
        assertEquals(Set.copyOf(OF_A_JOB), spans.keySet());
        assertEquals(OF_A_JOB.size(), collector.spans.size());
        assertBelow(CLIENT, spans, "POST /v1/jobs");
        assertBelow("POST /v1/jobs", spans, "job title");
        assertBelow("job title", spans, "queue", "attempt", "finish");
        assertBelow("attempt", spans, "generate");
        assertBelow("generate", spans, "prefill");
        assertEquals(Span.SpanKind.SPAN_KIND_SERVER, spans.get("POST /v1/jobs").getKind());

        JsonNode timing = shown[0].at("/evidence/timing_ms");
        assertEquals(nanos(job[0].createdAt()), spans.get("job title").getStartTimeUnixNano());
        assertEquals(nanos(job[0].createdAt()), spans.get("queue").getStartTimeUnixNano());
        assertEquals(nanos(job[0].startedAt().orElseThrow()), spans.get("queue").getEndTimeUnixNano());
        assertEquals(
                nanos(job[0].startedAt().orElseThrow()), spans.get("attempt").getStartTimeUnixNano());
        assertEquals(nanos(timing.get("generate")), length(spans.get("generate")));
        assertEquals(nanos(timing.get("time_to_first_token")), length(spans.get("prefill")));
        assertEquals(
                nanos(timing.get("total")),
                spans.get("attempt").getEndTimeUnixNano()
                        - spans.get("job title").getStartTimeUnixNano());
        assertEquals(
                spans.get("attempt").getEndTimeUnixNano(), spans.get("finish").getStartTimeUnixNano());
        assertEquals(
                spans.get("finish").getEndTimeUnixNano(), spans.get("job title").getEndTimeUnixNano());
        assertTrue(spans.get("POST /v1/jobs").getStartTimeUnixNano()
                <= spans.get("queue").getStartTimeUnixNano());

        Map<String, String> attributes = Collector.attributes(spans.get("job title"));
        assertEquals(job[0].id().value(), attributes.get("npuq.job.id"));
        assertEquals("succeeded", attributes.get("npuq.job.state"));
        assertEquals("npu_verified", attributes.get("npuq.verdict"));
        assertEquals("38000", attributes.get("npuq.npu_busy_delta_us"));
        assertEquals("tiny-qwen2", attributes.get("gen_ai.response.model"));
        assertEquals("20", attributes.get("gen_ai.usage.input_tokens"));
        assertFalse(attributes.containsKey("npuq.driver"), "what is not known is left out");
        assertFalse(collector.spans.toString().contains("Osaka"), "no text is sent");
    }

    @Test
    void aTraceOutlivesTheServerThatBeganIt() {
        String[] id = new String[1];
        try (TestQueue queue = new TestQueue(data, Traces.to(collector.url()));
                TestApi api = new TestApi(TestApi.CONFIG, queue, Duration.ofSeconds(60))) {
            id[0] = TestApi.json(api.post("/v1/jobs", TITLE, "traceparent", TRACEPARENT))
                    .get("id")
                    .textValue();
            Claim lost = queue.take(Lane.NPU).toCompletableFuture().join().orElseThrow();
            assertEquals(1, lost.attempt());
            queue.telemetry.traces().close();
        }
        served(Traces.to(collector.url()), api -> api.get("/v1/jobs/" + id[0] + "?wait_ms=60000"));
        assertEquals(List.of(TRACE), List.copyOf(collector.traces().keySet()));
        List<Span> spans = collector.traces().get(TRACE);
        assertEquals(
                Map.of(
                        "POST /v1/jobs",
                        1L,
                        "job title",
                        1L,
                        "queue",
                        2L,
                        "attempt",
                        2L,
                        "generate",
                        1L,
                        "prefill",
                        1L,
                        "finish",
                        1L),
                spans.stream().collect(Collectors.groupingBy(Span::getName, Collectors.counting())));
        String job = Collector.id(byName(spans).get("job title"));
        spans.stream()
                .filter(span -> List.of("queue", "attempt", "finish").contains(span.getName()))
                .forEach(span -> assertEquals(job, Collector.parent(span), span::toString));
        List<Span> attempts =
                spans.stream().filter(span -> span.getName().equals("attempt")).toList();
        assertEquals("1", Collector.attributes(attempts.get(0)).get("npuq.attempt"));
        assertEquals(2, attempts.get(0).getStatus().getCodeValue(), "the lost attempt is an error");
        assertEquals(0, attempts.get(1).getStatus().getCodeValue());
        List<Span> queued =
                spans.stream().filter(span -> span.getName().equals("queue")).toList();
        assertEquals(attempts.get(0).getEndTimeUnixNano(), queued.get(1).getStartTimeUnixNano());
    }

    @Test
    void eachDialectJoinsTheClientsTraceAndWithoutOneEachJobHasItsOwn() {
        served(Traces.to(collector.url()), api -> {
            List<String> calls = List.of(
                    "/v1/chat/completions {\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}",
                    "/v1/completions {\"prompt\":\"x\"}",
                    "/v1/responses {\"input\":\"x\"}",
                    "/api/generate {\"model\":\"tiny-qwen2\",\"prompt\":\"x\",\"stream\":false}",
                    "/api/chat {\"model\":\"tiny-qwen2\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"stream\":false}",
                    "/inference {\"prompt\":\"x\"}",
                    "/v1/worker/generate {\"job\":\"title\",\"input\":\"x\"}");
            for (String call : calls) {
                String path = call.substring(0, call.indexOf(' '));
                var joined = api.post(path, call.substring(call.indexOf(' ')), "traceparent", TRACEPARENT);
                assertEquals(200, joined.statusCode(), joined::body);
                assertEquals(
                        200, api.post(path, call.substring(call.indexOf(' '))).statusCode());
            }
        });
        Map<String, List<Span>> traces = collector.traces();
        assertEquals(8, traces.size(), "the client's, and one for each job without");
        assertEquals(
                7,
                traces.get(TRACE).stream()
                        .filter(span -> span.getName().startsWith("job "))
                        .count());
        traces.forEach((trace, spans) -> {
            Span request = spans.stream()
                    .filter(span -> span.getName().startsWith("POST "))
                    .findFirst()
                    .orElseThrow();
            assertEquals(trace.equals(TRACE) ? CLIENT : "", Collector.parent(request));
        });
    }

    @Test
    void grpcMetadataIsHonoured() {
        served(Traces.to(collector.url()), api -> {}, Optional.of(port -> {
            try (GrpcClientKit client = new GrpcClientKit(port)) {
                client.carrying("traceparent", TRACEPARENT);
                client.call("ModelInfer", ModelInferResponse.parser(), inference())
                        .only();
            }
        }));
        Map<String, Span> spans = byName(collector.traces().get(TRACE));
        assertBelow(CLIENT, spans, "/inference.GRPCInferenceService/ModelInfer");
        assertBelow("/inference.GRPCInferenceService/ModelInfer", spans, "job chat");
    }

    @Test
    void linesOfABulkRequestAreTracesOfTheirOwnAndWhatIsNotSampledIsNotSent() {
        served(Traces.to(collector.url()), api -> {
            var lines = api.send(api.request("/v1/jobs/bulk")
                    .header("Content-Type", "application/x-ndjson")
                    .POST(BodyPublishers.ofString(TITLE + "\n" + TITLE + "\n")));
            for (String line : lines.body().strip().split("\n", -1)) {
                api.get("/v1/jobs/" + TestApi.json(line).at("/id").textValue() + "?wait_ms=60000");
            }
            api.get("/v1/jobs/"
                    + TestApi.json(api.post("/v1/jobs", TITLE, "traceparent", TRACEPARENT.replace("-01", "-00")))
                            .get("id")
                            .textValue()
                    + "?wait_ms=60000");
        });
        Map<String, List<Span>> traces = collector.traces();
        assertEquals(3, traces.size(), "two jobs, and the request that made them");
        assertEquals(
                2,
                traces.values().stream()
                        .filter(spans ->
                                spans.stream().anyMatch(span -> span.getName().equals("job title")))
                        .count());
    }

    @Test
    void aDeadCollectorStopsNoJob() {
        URI nobody = collector.url();
        collector.close();
        served(Traces.to(nobody), api -> {
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        "succeeded",
                        TestApi.json(api.get("/v1/jobs/" + api.submit(TITLE) + "?wait_ms=60000"))
                                .get("state")
                                .textValue());
            }
        });
    }

    private void served(Traces traces, Consumer<TestApi> work) {
        served(traces, work, Optional.empty());
    }

    private void served(Traces traces, Consumer<TestApi> work, Optional<IntConsumer> grpc) {
        var config = grpc.isPresent() ? TestApi.CONFIG.withGrpcPort(0) : TestApi.CONFIG;
        try (TestQueue queue = new TestQueue(data, traces);
                TestApi api = new TestApi(config, queue, Duration.ofSeconds(60)).lane(TracesTest::measured)) {
            queue.laneState(
                    Lane.NPU, new LaneState(LaneState.Role.MAIN, LaneState.Condition.SERVING, OptionalInt.empty()));
            work.accept(api);
            grpc.ifPresent(calls -> calls.accept(api.verticle.grpcPort().getAsInt()));
        }
        traces.close();
    }

    /** As a lane would measure it. */
    private static Outcome measured(Claim claim) {
        Outcome.Succeeded scripted = (Outcome.Succeeded) Outcomes.onNpu(claim);
        Evidence known = scripted.proof();
        return new Outcome.Succeeded(
                scripted.answer(),
                new Evidence(
                        known.model(),
                        known.modelDigest(),
                        known.runtime(),
                        known.driver(),
                        known.deviceRequested(),
                        known.deviceActual(),
                        claim.routeReason(),
                        known.promptChars(),
                        known.promptTokens(),
                        known.maxNewTokens(),
                        known.completionTokens(),
                        new Timing(claim.queueWaitMs(), 0.0, 1_200.25, 0.25, 0.5, claim.queueWaitMs() + 0.75),
                        known.npuBusyBeforeUs(),
                        known.npuBusyAfterUs(),
                        known.npuBusyDeltaUs(),
                        known.npuBusyQuiet(),
                        claim.attempt(),
                        known.verdict()));
    }

    private static ModelInferRequest inference() {
        return ModelInferRequest.newBuilder()
                .setModelName("tiny-qwen2")
                .addInputs(InferInputTensor.newBuilder()
                        .setName("text_input")
                        .setDatatype("BYTES")
                        .addShape(1)
                        .setContents(InferTensorContents.newBuilder().addBytesContents(ByteString.copyFromUtf8("x"))))
                .build();
    }

    private static Map<String, Span> byName(List<Span> spans) {
        return spans.stream().collect(Collectors.toMap(Span::getName, span -> span, (one, other) -> other));
    }

    private static void assertBelow(String parent, Map<String, Span> spans, String... names) {
        String id = spans.containsKey(parent) ? Collector.id(spans.get(parent)) : parent;
        for (String name : names) {
            assertEquals(id, Collector.parent(spans.get(name)), name);
        }
    }

    private static long length(Span span) {
        return span.getEndTimeUnixNano() - span.getStartTimeUnixNano();
    }

    private static long nanos(Instant at) {
        return TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano();
    }

    /** Milliseconds as nanoseconds. */
    private static long nanos(JsonNode ms) {
        return Math.round(ms.doubleValue() * 1e6);
    }
}
