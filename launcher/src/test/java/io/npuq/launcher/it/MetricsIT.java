package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.JournalReader;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobKind;
import io.npuq.worker.TestRuntime;
import io.npuq.worker.engine.TestOverride;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server with two lanes and a backlog, one of whose engines is killed on the way: what it shows Prometheus at the end is what its journal
 * holds, series for series. The NPU's lane runs its own code path, by the test override.
 */
final class MetricsIT {
    private static final int JOBS = 120;
    private static final List<String> KINDS = List.of("title", "summary", "notification", "memory_candidate");
    private static final List<String> OF_THE_JOURNAL = List.of(
            "npuq_submitted_jobs_total",
            "npuq_routed_total",
            "npuq_recovered_jobs_total",
            "npuq_jobs_total",
            "npuq_job_errors_total",
            "npuq_verdicts_total",
            "npu_proxy_tokens_generated_total",
            "npuq_npu_busy_seconds_total");

    @TempDir
    Path home;

    private final Map<String, JobKind> kinds = new HashMap<>();
    private final Map<String, Double> journal = new TreeMap<>();
    private long busyUs;

    @Test
    void whatPrometheusSeesIsWhatTheJournalHolds() throws Exception {
        Path data = home.resolve("data");
        String metrics;
        try (Counter counter = new Counter(home.resolve("busy"));
                ServerProcess server = server(counter, data)) {
            Client client = server.client();
            counter.grow();
            List<String> ids = submit(client);
            client.awaitRunning(ids.get(0));
            server.engine("engine").kill();
            for (int i = 0; i < JOBS; i += 10) {
                client.post("/v1/jobs/" + ids.get(i) + "/cancel").expect(200);
            }
            for (String id : ids) {
                client.awaitEnd(id);
            }
            metrics = client.text("/metrics");
            assertEquals(0, server.terminate().exitCode(), server::errors);
        }
        JournalReader.read(data.resolve("journal"), (seq, at, line) -> entry(JournalReader.parse(line, at)));
        journal.put("npuq_npu_busy_seconds_total", busyUs / 1e6);
        assertEquals(journal, of(OF_THE_JOURNAL, metrics));
        assertTrue(of(List.of("npuq_npu_idle_gap_seconds_count"), metrics).size() == 1, "the NPU's lane had a backlog");
        assertTrue(busyUs > 0);
    }

    private ServerProcess server(Counter counter, Path data) throws IOException {
        ServerProcess server = Npuq.in(home)
                .withJvmOption(new TestOverride(counter.file()).jvmOption())
                .serve(
                        "--model",
                        TinyModel.below(home).toString(),
                        "--openvino",
                        TestRuntime.openVino().toString(),
                        "--lanes",
                        "NPU,CPU",
                        "--data",
                        data.toString());
        server.awaitLine("is loaded on NPU");
        server.awaitLine("is loaded on CPU");
        return server;
    }

    private static List<String> submit(Client client) throws IOException {
        List<ObjectNode> jobs = new ArrayList<>();
        for (int i = 0; i < JOBS; i++) {
            jobs.add(Client.bounded(KINDS.get(i % 4), "The mail server in Osaka is slow since noon.")
                    .put("device", i % 3 == 0 ? "any" : "prefer_npu")
                    .put("max_new_tokens", 8));
        }
        List<String> ids = new ArrayList<>();
        for (JsonNode answer : client.postLines("/v1/jobs/bulk", jobs, "metrics")) {
            ids.add(answer.path("id").asText());
        }
        return ids;
    }

    /** The series of these names that are more than 0. */
    private static Map<String, Double> of(List<String> names, String metrics) {
        Map<String, Double> series = new TreeMap<>();
        metrics.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            int valueAt = line.lastIndexOf(' ');
            String one = line.substring(0, valueAt);
            double value = Double.parseDouble(line.substring(valueAt));
            if (value > 0 && names.contains(one.split("\\{", 2)[0])) {
                series.put(one, value);
            }
        });
        return series;
    }

    private void entry(Entry entry) {
        Change change = entry.change();
        String job = String.valueOf(entry.job());
        if (change instanceof Change.Submitted it) {
            kinds.put(job, it.kind());
            count("npuq_submitted_jobs_total{kind=\"" + it.kind().wire() + "\"}", 1);
        } else if (change instanceof Change.Started it) {
            count(
                    "npuq_routed_total{lane=\"" + it.lane().wire() + "\",reason=\""
                            + it.route().wire() + "\"}",
                    1);
        } else if (change instanceof Change.Recovered) {
            count("npuq_recovered_jobs_total", 1);
        } else if (change instanceof Change.Ended it) {
            end(kinds.get(job), it);
        }
    }

    private void end(JobKind kind, Change.Ended end) {
        Evidence ran = end.evidence();
        String device = ran == null ? "none" : ran.deviceActual();
        String label = TestOverride.DEVICE.equals(device) ? "NPU (test override)" : device;
        count(
                "npuq_jobs_total{device=\"" + label + "\",kind=\"" + kind.wire() + "\",state=\""
                        + end.state().wire() + "\"}",
                1);
        if (end.error() != null) {
            count("npuq_job_errors_total{code=\"" + end.error().code().wire() + "\"}", 1);
        }
        if (ran != null) {
            count("npuq_verdicts_total{verdict=\"" + ran.verdict().wire() + "\"}", 1);
            count(
                    "npu_proxy_tokens_generated_total{model=\"" + ran.model() + "\"}",
                    ran.completionTokens() == null ? 0 : ran.completionTokens());
            busyUs += ran.npuBusyDeltaUs() == null ? 0 : ran.npuBusyDeltaUs();
        }
    }

    private void count(String series, int more) {
        if (more > 0) {
            journal.merge(series, (double) more, Double::sum);
        }
    }
}
