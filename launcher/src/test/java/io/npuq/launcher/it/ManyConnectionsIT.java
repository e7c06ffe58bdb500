package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that hold connections and do nothing with them, all at once, before a server whose memory is bounded. */
final class ManyConnectionsIT {
    private static final int STREAMS = 1_000;
    private static final int SLOW_READERS = 100;
    private static final int HALF_OPEN = 200;
    private static final int JOBS = 20;
    private static final int ROUNDS = 500;

    /** What all of them together may cost; bodies that are awaited take most of it, 32 MiB. */
    private static final long HELD_BYTES_MAX = 56L << 20;

    /** What serving others may leave behind, once garbage is gone. */
    private static final long GROWTH_BYTES_MAX = 4L << 20;

    private static final int READ_TIMEOUT_MS = 120_000;

    @TempDir
    Path home;

    private final List<Socket> sockets = new ArrayList<>();

    @Test
    void othersAreServedAndMemoryStaysFlat() throws Exception {
        Npuq small = Npuq.in(home).withJvmOption("-Xmx96m").withJvmOption("-XX:MaxDirectMemorySize=64m");
        try (ServerProcess server = small.serve("--device", "BUILTIN", "--log-level", "warn")) {
            Client others = server.client();
            others.post("/v1/queue/pause").expect(200);
            List<String> jobs = new ArrayList<>();
            for (int i = 0; i < JOBS; i++) {
                jobs.add(others.submit(Client.bounded("title", "The mail server in Osaka is slow since noon.")));
            }
            long empty = liveBytes(server);
            List<Socket> streams = streams(server, jobs);
            slowReaders(server);
            halfOpen(server);
            serve(others);
            long held = liveBytes(server);
            for (int round = 0; round < ROUNDS; round++) {
                serve(others);
            }
            long later = liveBytes(server);
            System.out.printf(
                    "%d streams, %d slow readers, %d half-open: %.1f MiB beyond %.1f MiB; after %d requests %.1f MiB more%n",
                    STREAMS, SLOW_READERS, HALF_OPEN, mib(held - empty), mib(empty), 2 * ROUNDS, mib(later - held));
            assertTrue(held - empty < HELD_BYTES_MAX, () -> "held " + mib(held - empty) + " MiB");
            assertTrue(later - held < GROWTH_BYTES_MAX, () -> "grew by " + mib(later - held) + " MiB");
            others.post("/v1/queue/resume").expect(200);
            for (Socket stream : streams) {
                String events = new String(stream.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertTrue(events.contains("\"state\":\"succeeded\""), events);
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    /** Follows jobs that wait; each has heard where its job stands. */
    private List<Socket> streams(ServerProcess server, List<String> jobs) throws IOException {
        List<Socket> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            Socket stream = send(
                    server,
                    "GET /v1/jobs/" + jobs.get(i % jobs.size())
                            + "/events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertEquals("HTTP/1.1 200 OK", line(stream));
            streams.add(stream);
        }
        return streams;
    }

    /** Asks for much, again and again, and reads nothing. */
    private void slowReaders(ServerProcess server) throws IOException {
        String list = "GET /v1/jobs?limit=200 HTTP/1.1\r\nHost: localhost\r\n\r\n";
        for (int i = 0; i < SLOW_READERS; i++) {
            send(server, list.repeat(200));
        }
    }

    /** Half a head, a head whose body does not come, or most of a body. */
    private void halfOpen(ServerProcess server) throws IOException {
        String large = "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n";
        for (int i = 0; i < HALF_OPEN; i += 4) {
            send(server, "GET /v1/queue HTTP/1.1\r\nHost: local");
            send(server, large + "{");
            send(server, large + "x".repeat(900_000));
            send(server, "");
        }
    }

    private static void serve(Client others) throws IOException {
        others.get("/v1/queue").expect(200);
        others.get("/v1/jobs?limit=1").expect(200);
    }

    private Socket send(ServerProcess server, String request) throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), URI.create(server.url()).getPort());
        sockets.add(socket);
        socket.setSoTimeout(READ_TIMEOUT_MS);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String line(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            assertTrue(c >= 0, "the stream ended in its head");
            line.append((char) c);
        }
        return line.toString().strip();
    }

    /** The bytes of all that lives in its heap: the JDK's own tool collects garbage before it counts. */
    private static long liveBytes(ServerProcess server) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(server.pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, jcmd.waitFor(), said);
        String total = said.lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(said));
        return Long.parseLong(total.split("\\s+", -1)[2]);
    }

    private static double mib(long bytes) {
        return bytes / (double) (1 << 20);
    }
}
