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

/**
 * Submits jobs of 1,000 characters in bulk: requests of 50,000 lines, one after another on each connection, answers read while lines are
 * sent. Counts the answer lines that say 202: each of those jobs is written and synced. One thread drives all connections.
 *
 * <p>Arguments: port, connections, seconds, lines before counting begins.
 */
public final class BulkLoad {
    private static final int INPUT_CHARS = 1_000;
    private static final int CHUNK_LINES = 50;
    private static final int REQUEST_CHUNKS = 1_000;
    private static final String INPUT = "The mail server in Osaka is slow since noon and nobody knows why. ".repeat(16);
    private static final byte[] ACCEPTED = "\"status\":202".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LAST = "\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ByteBuffer head;
    private final ByteBuffer chunk;
    private final ByteBuffer in = ByteBuffer.allocate(1 << 16);
    private long accepted;

    private BulkLoad(int port) {
        String line = "{\"kind\":\"title\",\"input\":\"" + INPUT.substring(0, INPUT_CHARS) + "\"}\n";
        String lines = line.repeat(CHUNK_LINES);
        head = direct("POST /v1/jobs/bulk HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
        chunk = direct(Integer.toHexString(lines.length()) + "\r\n" + lines + "\r\n");
    }

    private static ByteBuffer direct(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** Runs it and prints a line. */
    public static void main(String[] args) throws IOException {
        int connections = Integer.parseInt(args[1]);
        Duration time = Duration.ofSeconds(Long.parseLong(args[2]));
        BulkLoad load = new BulkLoad(Integer.parseInt(args[0]));
        double perSecond = load.run(Integer.parseInt(args[0]), connections, time, Long.parseLong(args[3]));
        Benches.OUT.println(String.format(
                Locale.ROOT,
                "bulk, %d connections: %,d lines acknowledged, %,.0f a second",
                connections,
                load.accepted,
                perSecond));
    }

    private double run(int port, int connections, Duration time, long uncounted) throws IOException {
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE, new Connection(channel));
            }
            drive(selector, uncounted, Long.MAX_VALUE);
            long began = System.nanoTime();
            drive(selector, Long.MAX_VALUE, began + time.toNanos());
            return accepted / ((System.nanoTime() - began) / 1e9);
        }
    }

    private void drive(Selector selector, long acceptedMax, long untilNanos) throws IOException {
        accepted = 0;
        while (accepted < acceptedMax && System.nanoTime() < untilNanos) {
            selector.select(key -> ((Connection) key.attachment()).ready(key));
        }
    }

    private final class Connection {
        private final SocketChannel channel;
        private ByteBuffer out = head.duplicate();
        private int chunks;
        private int matched;
        private int matchedLast;

        Connection(SocketChannel channel) {
            this.channel = channel;
        }

        void ready(SelectionKey key) {
            try {
                if (key.isReadable()) {
                    read(key);
                }
                if (key.isWritable()) {
                    write(key);
                }
            } catch (IOException e) {
                throw new IllegalStateException("the load run is void", e);
            }
        }

        private void write(SelectionKey key) throws IOException {
            channel.write(out);
            if (out.hasRemaining()) {
                return;
            }
            if (chunks < REQUEST_CHUNKS) {
                chunks++;
                out = chunk.duplicate();
            } else {
                out = ByteBuffer.wrap(LAST, 2, LAST.length - 2);
                channel.write(out);
                key.interestOps(SelectionKey.OP_READ);
            }
        }

        private void read(SelectionKey key) throws IOException {
            in.clear();
            if (channel.read(in) < 0) {
                throw new IOException("the server closed a connection");
            }
            for (int i = 0; i < in.position(); i++) {
                byte b = in.get(i);
                if ((matched = next(ACCEPTED, matched, b)) == ACCEPTED.length) {
                    accepted++;
                    matched = 0;
                }
                if ((matchedLast = next(LAST, matchedLast, b)) == LAST.length) {
                    again(key);
                }
            }
        }

        /** The request is answered whole: the next one. */
        private void again(SelectionKey key) {
            matchedLast = 0;
            chunks = 0;
            out = head.duplicate();
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }

        private int next(byte[] wanted, int matched, byte b) {
            if (b == wanted[matched]) {
                return matched + 1;
            }
            return b == wanted[0] ? 1 : 0;
        }
    }
}
