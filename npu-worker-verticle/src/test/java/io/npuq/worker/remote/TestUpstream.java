package io.npuq.worker.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.npuq.schema.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** A server on this machine that answers as its test says, and keeps what it was asked. */
public final class TestUpstream implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final LinkedBlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    /** What it was asked, oldest first. */
    public final LinkedBlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    /** By whom. */
    public final LinkedBlockingQueue<String> keys = new LinkedBlockingQueue<>();

    private volatile String models = "{\"object\":\"list\",\"data\":[{\"id\":\"large\",\"object\":\"model\"}]}";
    private volatile int modelsStatus = 200;

    /** How one request is answered. */
    @FunctionalInterface
    public interface Answer {
        void give(HttpExchange exchange) throws IOException;
    }

    /** Listens on a free port. */
    public TestUpstream() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/v1/models", exchange -> send(exchange, modelsStatus, models));
        server.createContext("/v1/chat/completions", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            keys.add(Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                    .orElse("none"));
            Answer answer = answers.poll();
            if (answer == null) {
                send(exchange, 500, "{\"error\":{\"message\":\"the test has no more answers\"}}");
            } else {
                answer.give(exchange);
            }
        });
        server.start();
    }

    /** Where it is. */
    public URI base() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    UpstreamSettings settings(String model, Duration limit) {
        return new UpstreamSettings(base(), Optional.of("secret-key"), model, limit);
    }

    void models(int status, String body) {
        modelsStatus = status;
        models = body;
    }

    /** How the next request for a generation is answered. */
    public TestUpstream then(Answer answer) {
        answers.add(answer);
        return this;
    }

    /** Refuses. */
    static Answer status(int status, String message) {
        return exchange -> send(exchange, status, "{\"error\":{\"message\":\"" + message + "\"}}");
    }

    /** Refuses for now. */
    static Answer overloaded(String retryAfter) {
        return exchange -> {
            exchange.getResponseHeaders().add("Retry-After", retryAfter);
            send(exchange, 429, "{\"error\":{\"message\":\"slow down\"}}");
        };
    }

    /** Streams these pieces, why it ended, and how many tokens it was. */
    public static Answer stream(List<String> pieces, String finishReason) {
        return exchange -> {
            try (OutputStream out = begin(exchange)) {
                for (String piece : pieces) {
                    event(out, delta(piece));
                }
                event(out, "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + finishReason + "\"}]}");
                event(
                        out,
                        "{\"choices\":[],\"usage\":{\"prompt_tokens\":21,\"completion_tokens\":5,\"total_tokens\":26}}");
                event(out, "[DONE]");
            }
        };
    }

    /** Streams one piece, says so, and then waits. */
    static Answer hang(CountDownLatch until) {
        return exchange -> {
            try (OutputStream out = begin(exchange)) {
                event(out, delta("The first words"));
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** Says that it was asked, and answers nothing. */
    static Answer silent(Runnable asked, CountDownLatch until) {
        return exchange -> {
            asked.run();
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    /** Streams one piece and cuts the connection's answer there. */
    static Answer breakOff() {
        return exchange -> {
            try (OutputStream out = begin(exchange)) {
                event(out, delta("The first words"));
            }
        };
    }

    private static OutputStream begin(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.write(": waiting\n\n".getBytes(StandardCharsets.UTF_8));
        return out;
    }

    private static String delta(String piece) throws IOException {
        return "{\"choices\":[{\"index\":0,\"delta\":{\"content\":" + Json.MAPPER.writeValueAsString(piece)
                + "},\"finish_reason\":null}]}";
    }

    private static void event(OutputStream out, String data) throws IOException {
        out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
