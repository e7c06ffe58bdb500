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
 * {@code timing_ms.generate} of the answer. One client, one call at a time.
 *
 * <p>Arguments: port, calls. A tenth as many calls are made before counting begins.
 */
public final class WorkerOverhead {
    private static final String BODY =
            "{\"job\":\"title\",\"input\":\"The mail server in Osaka is slow since noon.\",\"max_new_tokens\":8}";

    private WorkerOverhead() {}

    /** Runs it and prints a line. */
    public static void main(String[] args) throws IOException, InterruptedException {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + args[0] + "/v1/worker/generate"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(BODY))
                .build();
        int calls = Integer.parseInt(args[1]);
        Histogram overhead = new Histogram(3);
        Histogram generate = new Histogram(3);
        for (int i = -calls / 10; i < calls; i++) {
            long began = System.nanoTime();
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            long wall = System.nanoTime() - began;
            JsonNode timing =
                    Json.MAPPER.readTree(answer.body()).path("timing_ms").path("generate");
            if (!timing.isNumber()) {
                throw new IOException("no timing in the answer, status " + answer.statusCode());
            }
            long engine = Math.round(timing.doubleValue() * 1e6);
            if (i >= 0) {
                overhead.recordValue(Math.max(0, wall - engine));
                generate.recordValue(engine);
            }
        }
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        out.println(String.format(
                Locale.ROOT,
                "%d calls: beyond the engine p50 %.2f ms, p99 %.2f ms; the engine itself p50 %.1f ms",
                calls,
                overhead.getValueAtPercentile(50) / 1e6,
                overhead.getValueAtPercentile(99) / 1e6,
                generate.getValueAtPercentile(50) / 1e6));
    }
}
