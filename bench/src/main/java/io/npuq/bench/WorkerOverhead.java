package io.npuq.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What a warm {@code POST /v1/worker/generate} costs beyond the engine's own time: the client's clock around the call, less
 * {@code timing_ms.generate} of the answer, on a bare socket, for a Java HTTP client
 * costs milliseconds of its own while it is cold. One client, one call at a time.
 *
 * <p>Arguments: port, {@code max_new_tokens}, calls that are counted, calls before them that are not: the JVMs of the server and of this
 * client compile their code as they go. What these cost is printed too.
 */
public final class WorkerOverhead {
    private static final String LENGTH = "content-length:";
    private static final String BODY =
            "{\"job\":\"title\",\"input\":\"The mail server in Osaka is slow since noon.\",\"max_new_tokens\":";

    private final OutputStream out;
    private final InputStream in;
    private final byte[] request;

    private WorkerOverhead(Socket socket, String tokens) throws IOException {
        socket.setTcpNoDelay(true);
        out = socket.getOutputStream();
        in = new BufferedInputStream(socket.getInputStream());
        String body = BODY + tokens + "}";
        request =
                ("POST /v1/worker/generate HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
                                + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] call() throws IOException {
        out.write(request);
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the server closed the connection");
            }
            head.append((char) next);
        }
        int at = head.toString().toLowerCase(Locale.ROOT).indexOf(LENGTH) + LENGTH.length();
        return in.readNBytes(
                Integer.parseInt(head.substring(at, head.indexOf("\r", at)).trim()));
    }

    /** Runs it and prints a line for the calls before the counted ones, where there are any, and one for these. */
    public static void main(String[] args) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]))) {
            print(new WorkerOverhead(socket, args[1]), args);
        }
    }

    private static void print(WorkerOverhead worker, String... args) throws IOException {
        int counted = Integer.parseInt(args[2]);
        int before = Integer.parseInt(args[3]);
        if (before > 0) {
            Benches.OUT.println("not counted: " + worker.measure(before));
        }
        Benches.OUT.println("counted, behind " + before + " calls: " + worker.measure(counted));
    }

    private String measure(int calls) throws IOException {
        Histogram overhead = new Histogram(3);
        Histogram outside = new Histogram(3);
        Histogram generate = new Histogram(3);
        for (int i = 0; i < calls; i++) {
            long began = System.nanoTime();
            byte[] answer = call();
            long wall = System.nanoTime() - began;
            JsonNode timing = Json.MAPPER.readTree(answer).path("timing_ms");
            long engine = nanos(timing, "generate");
            overhead.recordValue(Math.max(0, wall - engine));
            outside.recordValue(Math.max(0, wall - nanos(timing, "total")));
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

    private static long nanos(JsonNode timing, String name) throws IOException {
        JsonNode ms = timing.path(name);
        if (!ms.isNumber()) {
            throw new IOException("no timing_ms." + name + " in the answer");
        }
        return Math.round(ms.doubleValue() * 1e6);
    }

    private static double millis(Histogram histogram, double percentile) {
        return histogram.getValueAtPercentile(percentile) / 1e6;
    }
}
