package io.npuq.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Submits jobs of 1,000 characters over HTTP, one at a time on each connection, and counts the 202s: each of them is written and synced.
 * One thread drives all connections, so that the generator takes little of the machine that it shares with the server.
 *
 * <p>Arguments: port, connections, seconds, requests before counting begins.
 */
public final class SubmitLoad {
    private static final String INPUT = "The mail server in Osaka is slow since noon and nobody knows why. ".repeat(16);
    private static final int INPUT_CHARS = 1_000;
    private static final byte[] ACCEPTED = "HTTP/1.1 202".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LENGTH = "content-length: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ByteBuffer request;
    private final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    private long answers;

    private SubmitLoad(int port) {
        byte[] body = ("{\"kind\":\"title\",\"input\":\"" + INPUT.substring(0, INPUT_CHARS) + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        String head = "POST /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
        byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
        this.request = ByteBuffer.allocateDirect(headBytes.length + body.length)
                .put(headBytes)
                .put(body)
                .flip();
    }

    /** Runs it and prints a line. */
    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        int connections = Integer.parseInt(args[1]);
        Duration time = Duration.ofSeconds(Long.parseLong(args[2]));
        SubmitLoad load = new SubmitLoad(port);
        double perSecond = load.run(port, connections, time, Long.parseLong(args[3]));
        Benches.OUT.println(String.format(
                Locale.ROOT,
                "%d connections: %,d acknowledged, %,.0f a second, p50 %.2f ms, p99 %.2f ms, max %.2f ms",
                connections,
                load.latency.getTotalCount(),
                perSecond,
                load.latency.getValueAtPercentile(50) / 1e6,
                load.latency.getValueAtPercentile(99) / 1e6,
                load.latency.getMaxValue() / 1e6));
    }

    private double run(int port, int connections, Duration time, long uncounted) throws IOException {
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                channel.configureBlocking(false);
                Connection connection = new Connection(channel);
                channel.register(selector, SelectionKey.OP_READ, connection);
                connection.send();
            }
            drive(selector, uncounted, Long.MAX_VALUE);
            latency.reset();
            long began = System.nanoTime();
            drive(selector, Long.MAX_VALUE, began + time.toNanos());
            return latency.getTotalCount() / ((System.nanoTime() - began) / 1e9);
        }
    }

    private void drive(Selector selector, long answersMax, long untilNanos) throws IOException {
        answers = 0;
        while (answers < answersMax && System.nanoTime() < untilNanos) {
            selector.select(key -> ((Connection) key.attachment()).readable());
        }
    }

    private final class Connection {
        private final SocketChannel channel;
        private final ByteBuffer in = ByteBuffer.allocate(8192);
        private long sentNanos;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        void send() throws IOException {
            sentNanos = System.nanoTime();
            ByteBuffer bytes = request.duplicate();
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        void readable() {
            try {
                if (channel.read(in) < 0) {
                    throw new IOException("the server closed a connection");
                }
                if (isWhole()) {
                    if (!startsWith(ACCEPTED, 0)) {
                        throw new IOException(
                                "not accepted: " + new String(in.array(), 0, in.position(), StandardCharsets.UTF_8));
                    }
                    latency.recordValue(System.nanoTime() - sentNanos);
                    answers++;
                    in.clear();
                    send();
                }
            } catch (IOException e) {
                throw new IllegalStateException("the load run is void", e);
            }
        }

        private boolean isWhole() {
            int headEnd = find(HEAD_END);
            int lengthAt = find(LENGTH);
            if (headEnd < 0 || lengthAt < 0) {
                return false;
            }
            int length = 0;
            for (int i = lengthAt + LENGTH.length; Character.isDigit(in.get(i)); i++) {
                length = length * 10 + in.get(i) - '0';
            }
            return in.position() >= headEnd + HEAD_END.length + length;
        }

        private int find(byte[] wanted) {
            for (int at = 0; at + wanted.length <= in.position(); at++) {
                if (startsWith(wanted, at)) {
                    return at;
                }
            }
            return -1;
        }

        private boolean startsWith(byte[] wanted, int at) {
            for (int i = 0; i < wanted.length; i++) {
                if (in.get(at + i) != wanted[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
