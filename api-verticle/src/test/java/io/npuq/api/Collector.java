package io.npuq.api;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** Takes spans as OpenTelemetry's collector does: OTLP over HTTP, in protobuf. */
public final class Collector implements AutoCloseable {
    /** OTLP's over HTTP. */
    public static final int DEFAULT_PORT = 4318;

    private static final long LIMIT_S = 120;

    final List<Span> spans = new CopyOnWriteArrayList<>();
    private final HttpServer server;

    /** One on a free port. */
    public Collector() {
        this(free());
    }

    private Collector(HttpServer server) {
        this.server = server;
        server.createContext("/v1/traces", this::take);
        server.start();
    }

    /** One where a program that was told of none would look for it; none where another program listens there. */
    public static Optional<Collector> atDefaultPort() {
        try {
            return Optional.of(new Collector(at(DEFAULT_PORT)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Where it listens. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The spans of each trace, in order of their beginning. */
    public Map<String, List<Span>> traces() {
        return spans.stream()
                .sorted(Comparator.comparingLong(Span::getStartTimeUnixNano))
                .collect(Collectors.groupingBy(span -> hex(span.getTraceId().toByteArray())));
    }

    static String hex(byte[] id) {
        return HexFormat.of().formatHex(id);
    }

    /** Waits until a span of that name has come, and answers it. */
    public Span await(String name) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
        synchronized (spans) {
            while (true) {
                for (Span span : spans) {
                    if (span.getName().equals(name)) {
                        return span;
                    }
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new AssertionError("no span \"" + name + "\" came, but " + spans);
                }
                TimeUnit.NANOSECONDS.timedWait(spans, left);
            }
        }
    }

    /** A span's id in hexadecimal digits. */
    public static String id(Span span) {
        return hex(span.getSpanId().toByteArray());
    }

    /** The id of the span above, in hexadecimal digits; empty where there is none. */
    public static String parent(Span span) {
        return hex(span.getParentSpanId().toByteArray());
    }

    /** A span's attributes, as text. */
    public static Map<String, String> attributes(Span span) {
        return span.getAttributesList().stream().collect(Collectors.toMap(KeyValue::getKey, Collector::text));
    }

    private static HttpServer free() {
        try {
            return at(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpServer at(int port) throws IOException {
        return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    }

    private static String text(KeyValue attribute) {
        var value = attribute.getValue();
        return switch (value.getValueCase()) {
            case STRING_VALUE -> value.getStringValue();
            case INT_VALUE -> Long.toString(value.getIntValue());
            case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
            default -> throw new AssertionError("an attribute of another type: " + attribute);
        };
    }

    private void take(HttpExchange exchange) throws IOException {
        boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        try (exchange;
                InputStream body =
                        packed ? new GZIPInputStream(exchange.getRequestBody()) : exchange.getRequestBody()) {
            List<Span> taken = ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().stream()
                    .flatMap(resource -> resource.getScopeSpansList().stream())
                    .flatMap(scope -> scope.getSpansList().stream())
                    .toList();
            synchronized (spans) {
                spans.addAll(taken);
                spans.notifyAll();
            }
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
