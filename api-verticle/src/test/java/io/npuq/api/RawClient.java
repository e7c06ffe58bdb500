package io.npuq.api;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** HTTP by hand, for what no client library would send. */
final class RawClient implements AutoCloseable {
    private static final int READ_TIMEOUT_MS = 20_000;
    private static final int DRIP_EVERY_MS = 20;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    RawClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(READ_TIMEOUT_MS);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    record Reply(int status, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.get(name.toLowerCase(Locale.ROOT));
        }
    }

    /** Sends a byte a character. */
    RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** The next answer on this connection. */
    Reply read() throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        Map<String, String> headers = new TreeMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
        return new Reply(status, headers, new String(body, StandardCharsets.UTF_8));
    }

    /** The head of the next answer, whose body is then read piece by piece. */
    String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            head.append(line).append('\n');
        }
        return head.toString();
    }

    /** The next chunk of a body; empty at its end. */
    String readChunk() throws IOException {
        byte[] chunk = in.readNBytes(Integer.parseInt(line(), 16));
        line();
        return new String(chunk, StandardCharsets.UTF_8);
    }

    /** Whether the connection ends in the middle of a body, when all that came is read. */
    boolean endsBeforeItsTime() throws IOException {
        try {
            String rest = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            return !rest.endsWith("\r\n0\r\n\r\n");
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    /** Whether the server closes the connection; waits for it. */
    boolean closes() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException reset) {
            return true;
        }
    }

    /** Sends a piece again and again, with a moment in between, until the server closes the connection; answers how often. */
    int dripsUntilClosed(String piece) throws IOException {
        socket.setSoTimeout(DRIP_EVERY_MS);
        for (int drips = 0; ; drips++) {
            try {
                send(piece);
                if (in.read() < 0) {
                    return drips;
                }
            } catch (java.net.SocketTimeoutException open) {
                // The server waits for more.
            } catch (java.net.SocketException reset) {
                return drips;
            }
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection ended in the middle of an answer: " + line);
            }
            line.write(c);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
