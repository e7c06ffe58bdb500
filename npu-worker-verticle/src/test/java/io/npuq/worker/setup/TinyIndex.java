package io.npuq.worker.setup;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A package index on a loopback port, with wheels that it makes; it can hold a request back until the test goes on. */
final class TinyIndex implements AutoCloseable {
    private final Map<String, byte[]> wheels = new ConcurrentHashMap<>();
    private final Map<String, Gate> gates = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    /** A request that waits: {@code arrived} when it is there, and it is answered after {@code release}. */
    record Gate(CountDownLatch arrived, CountDownLatch release) {}

    TinyIndex() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Puts a package with one file into the index; gives its line for a requirements file. */
    String add(String name, String file, String content) {
        try {
            byte[] wheel = wheel(name, file, content);
            wheels.put(name, wheel);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(wheel);
            return name + "==1.0 --hash=sha256:" + HexFormat.of().formatHex(digest) + "\n";
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Holds the next request of this path back. */
    Gate hold(String path) {
        Gate gate = new Gate(new CountDownLatch(1), new CountDownLatch(1));
        gates.put(path, gate);
        return gate;
    }

    /** How often a package's wheel was asked for. */
    long fetches(String name) {
        return requests.stream().filter(path -> path.equals(path(name))).count();
    }

    /** Where a package's wheel lies. */
    static String path(String name) {
        return "/" + name + "-1.0-py3-none-any.whl";
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(path);
        Gate gate = gates.remove(path);
        if (gate != null) {
            gate.arrived().countDown();
            try {
                gate.release().await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the index closes
            }
        }
        byte[] body = body(path);
        exchange.getResponseHeaders().add("Content-Type", path.endsWith(".whl") ? "application/zip" : "text/html");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private byte[] body(String path) {
        for (Map.Entry<String, byte[]> wheel : wheels.entrySet()) {
            if (path.equals(path(wheel.getKey()))) {
                return wheel.getValue();
            }
        }
        String name = path.replace("/simple/", "").replace("/", "");
        String file = path(name);
        return ("<!DOCTYPE html><html><body><a href=\"" + file + "\">" + file.substring(1) + "</a></body></html>")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] wheel(String name, String file, String content) throws IOException {
        String info = name + "-1.0.dist-info/";
        Map<String, String> files = new LinkedHashMap<>();
        files.put(file, content);
        files.put(info + "METADATA", "Metadata-Version: 2.1\nName: " + name + "\nVersion: 1.0\n");
        files.put(info + "WHEEL", "Wheel-Version: 1.0\nGenerator: npuq\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
        files.put(info + "RECORD", String.join(",,\n", files.keySet()) + ",,\n" + info + "RECORD,,\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> entry : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
