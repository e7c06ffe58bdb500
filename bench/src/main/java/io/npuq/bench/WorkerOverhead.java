package io.npuq.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.Json;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What a warm {@code POST /v1/worker/generate} costs beyond the engine's own time: the client's clock around the call, less
 * {@code timing_ms.generate} of the answer, so the client's own part of HTTP is in it. One client, one call at a time.
 *
 * <p>Arguments: port, {@code max_new_tokens}, calls that are counted, calls before them that are not: the JVMs of the server and of this
 * client compile their code as they go. What these cost is printed too.
 */
public final class WorkerOverhead {
    private static final String BODY =
            "{\"job\":\"title\",\"input\":\"The mail server in Osaka is slow since noon.\",\"max_new_tokens\":";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpRequest request;

    private WorkerOverhead(String port, String tokens) {
        request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/worker/generate"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(BODY + tokens + "}"))
                .build();
    }

    /** Runs it and prints a line for the calls before the counted ones, where there are any, and one for these. */
    public static void main(String[] args) throws IOException, InterruptedException {
        WorkerOverhead worker = new WorkerOverhead(args[0], args[1]);
        int counted = Integer.parseInt(args[2]);
        int before = Integer.parseInt(args[3]);
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        if (before > 0) {
            out.println("not counted: " + worker.measure(before));
        }
        out.println("counted, behind " + before + " calls: " + worker.measure(counted));
    }

    private String measure(int calls) throws IOException, InterruptedException {
        Histogram overhead = new Histogram(3);
        Histogram outside = new Histogram(3);
        Histogram generate = new Histogram(3);
        for (int i = 0; i < calls; i++) {
            long began = System.nanoTime();
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            long wall = System.nanoTime() - began;
            JsonNode timing = Json.MAPPER.readTree(answer.body()).path("timing_ms");
            long engine = nanos(timing, "generate", answer.statusCode());
            overhead.recordValue(Math.max(0, wall - engine));
            outside.recordValue(Math.max(0, wall - nanos(timing, "total", answer.statusCode())));
            generate.recordValue(engine);
        }
        return String.format(
                Locale.ROOT,
                "%d calls: beyond the engine p50 %.2f ms, p99 %.2f ms (of it beyond timing_ms.total p50 %.2f ms); the engine itself p50"
                        + " %.1f ms",
                calls,
                millis(overhead, 50),
                millis(overhead, 99),
                millis(outside, 50),
                millis(generate, 50));
    }

    private static long nanos(JsonNode timing, String name, int status) throws IOException {
        JsonNode ms = timing.path(name);
        if (!ms.isNumber()) {
            throw new IOException("no timing in the answer, status " + status);
        }
        return Math.round(ms.doubleValue() * 1e6);
    }

    private static double millis(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e6;
    }
}
