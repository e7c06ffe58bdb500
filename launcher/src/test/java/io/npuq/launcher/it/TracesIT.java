package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.Collector;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a collector gets of whole servers with a real engine. */
final class TracesIT {
    private static final String TEXT = "The mail server in Osaka is slow since noon.";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CLIENT = "00f067aa0ba902b7";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + CLIENT + "-01";
    private static final Set<String> OF_A_JOB =
            Set.of("POST /v1/jobs", "job title", "queue", "attempt", "generate", "prefill", "finish");

    @TempDir
    Path home;

    @Test
    void aJobIsOneTraceFromTheRequestToTheEngineAndTheClientsWhereItBeganOne() throws Exception {
        try (Collector collector = new Collector()) {
            JsonNode joined;
            JsonNode alone;
            try (ServerProcess server = traced(collector, TinyModel.below(home))) {
                Client client = server.client();
                joined = ended(client, client.post("/v1/jobs", title(), "traceparent", TRACEPARENT));
                alone = ended(client, client.post("/v1/jobs", title()));
                assertEquals(0, server.terminate().exitCode(), server::errors);
            }
            Map<String, List<Span>> traces = collector.traces();
            assertEquals(2, traces.size(), "one trace a job, the second one's own");
            assertTrace(CLIENT, joined, traces.remove(TRACE));
            assertTrace("", alone, traces.values().iterator().next());
            assertFalse(collector.traces().toString().contains("Osaka"), "no text is sent");
        }
    }

    @Test
    void aJobWhoseServerIsKilledEndsInTheTraceItBeganIn() throws Exception {
        Path model = TinyModel.talkative(home);
        try (Collector collector = new Collector()) {
            String id;
            try (ServerProcess killed = traced(collector, model)) {
                Client client = killed.client();
                id = client.post("/v1/jobs", Client.chat(TEXT, 1_024), "traceparent", TRACEPARENT)
                        .expect(202)
                        .text("id");
                client.awaitText(id);
                killed.engine().freeze();
                collector.await("POST /v1/jobs");
                killed.kill();
            }
            try (ServerProcess next = traced(collector, model)) {
                JsonNode job = next.client().awaitEnd(id);
                assertEquals(2, job.at("/evidence/attempt").asInt(), job::toString);
                assertEquals(0, next.terminate().exitCode(), next::errors);
            }
            assertEquals(Set.of(TRACE), collector.traces().keySet());
            List<Span> spans = collector.traces().get(TRACE);
            assertEquals(
                    Map.of("POST /v1/jobs", 1L, "job chat", 1L, "queue", 2L, "attempt", 2L),
                    spans.stream()
                            .filter(span -> Set.of("POST /v1/jobs", "job chat", "queue", "attempt")
                                    .contains(span.getName()))
                            .collect(Collectors.groupingBy(Span::getName, Collectors.counting())));
            assertEquals(
                    List.of("1 error", "2 fine"),
                    spans.stream()
                            .filter(span -> span.getName().equals("attempt"))
                            .map(span -> Collector.attributes(span).get("npuq.attempt")
                                    + (span.getStatus().getCodeValue() == 2 ? " error" : " fine"))
                            .toList());
        }
    }

    @Test
    void withoutAnEndpointNothingIsSentEvenWhereACollectorListens() throws Exception {
        Optional<Collector> there = Collector.atDefaultPort();
        assumeTrue(there.isPresent(), "another program listens where collectors do");
        try (Collector collector = there.get()) {
            try (ServerProcess server = untraced().serveTiny(TinyModel.below(home), "CPU")) {
                Client client = server.client();
                ended(client, client.post("/v1/jobs", title(), "traceparent", TRACEPARENT));
                assertEquals(0, server.terminate().exitCode(), server::errors);
            }
            assertEquals(Map.of(), collector.traces());
        }
    }

    private ServerProcess traced(Collector collector, Path model) {
        // Soon, so that a server that is killed has sent what it had.
        return untraced()
                .with("OTEL_BSP_SCHEDULE_DELAY", "20")
                .serveTiny(model, "CPU", "--otlp-endpoint", collector.url().toString());
    }

    private Npuq untraced() {
        return Npuq.in(home).without("OTEL_EXPORTER_OTLP_ENDPOINT");
    }

    private static JsonNode title() {
        return Client.bounded("title", TEXT);
    }

    private static JsonNode ended(Client client, Client.Reply accepted) throws IOException {
        return client.awaitEnd(accepted.expect(202).text("id"));
    }

    /** The spans are this job's, each below the right one, and say what its evidence says. */
    private static void assertTrace(String above, JsonNode job, List<Span> spans) {
        Map<String, Span> byName = spans.stream().collect(Collectors.toMap(Span::getName, Function.identity()));
        assertEquals(OF_A_JOB, byName.keySet());
        assertEquals(above, parent(byName, "POST /v1/jobs"));
        assertEquals(id(byName, "POST /v1/jobs"), parent(byName, "job title"));
        for (String name : List.of("queue", "attempt", "finish")) {
            assertEquals(id(byName, "job title"), parent(byName, name));
        }
        assertEquals(id(byName, "attempt"), parent(byName, "generate"));
        assertEquals(id(byName, "generate"), parent(byName, "prefill"));

        JsonNode evidence = job.path("evidence");
        assertMs(evidence.at("/timing_ms/generate"), byName.get("generate"));
        assertMs(evidence.at("/timing_ms/time_to_first_token"), byName.get("prefill"));
        Map<String, String> attributes = Collector.attributes(byName.get("job title"));
        assertEquals(job.path("id").asText(), attributes.get("npuq.job.id"));
        assertEquals(evidence.path("device_actual").asText(), attributes.get("npuq.device_actual"));
        assertEquals(evidence.path("model_digest").asText(), attributes.get("npuq.model_digest"));
        assertEquals(evidence.path("completion_tokens").asText(), attributes.get("gen_ai.usage.output_tokens"));
    }

    private static String id(Map<String, Span> spans, String name) {
        return Collector.id(spans.get(name));
    }

    private static String parent(Map<String, Span> spans, String name) {
        return Collector.parent(spans.get(name));
    }

    private static void assertMs(JsonNode ms, Span span) {
        assertEquals(
                Math.round(ms.doubleValue() * 1e6),
                span.getEndTimeUnixNano() - span.getStartTimeUnixNano(),
                span::toString);
    }
}
