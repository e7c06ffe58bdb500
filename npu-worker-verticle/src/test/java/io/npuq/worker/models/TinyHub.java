package io.npuq.worker.models;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A hub on a loopback port: list, large files in a store on another port, parts, tokens. Faults wait to be used: a status, a cut, a
 * transfer that is held.
 */
public final class TinyHub implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern TRANSFER = Pattern.compile("^/(?:store/[^/]+|[^/]+/[^/]+/resolve/[^/]+)/");
    private static final int LARGE_BYTES = 1_000;

    private final Map<String, Map<String, byte[]>> repositories = new ConcurrentHashMap<>();
    private final Map<String, Long> declared = new ConcurrentHashMap<>();
    private final Map<String, byte[]> served = new ConcurrentHashMap<>();
    private final Map<String, Hold> holds = new ConcurrentHashMap<>();
    private final Map<String, List<Integer>> statuses = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> storeTokens = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer hub = server();
    private final HttpServer store = server();
    private volatile Optional<String> token = Optional.empty();

    /**
     * A transfer that stops.
     *
     * @param after bytes that are sent
     * @param arrived when they are
     * @param release when to go on
     * @param cut whether the connection then breaks instead
     */
    public record Hold(int after, CountDownLatch arrived, CountDownLatch release, boolean cut) {}

    /** Starts it, empty. */
    public TinyHub() throws IOException {
        hub.createContext("/", exchange -> answer(exchange, this::hub));
        store.createContext("/", exchange -> answer(exchange, this::store));
        hub.start();
        store.start();
    }

    private HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        return server;
    }

    /** What to set HF_ENDPOINT to. */
    public String url() {
        return "http://127.0.0.1:" + hub.getAddress().getPort();
    }

    /** Puts a file into a repository, which has another commit then. */
    public TinyHub put(String repository, String path, byte[] content) {
        repositories.computeIfAbsent(repository, unused -> new TreeMap<>()).put(path, content);
        return this;
    }

    /** Puts all files of a directory into a repository. */
    public TinyHub putAll(String repository, Path dir) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                put(repository, dir.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return this;
    }

    /** A repository with what a model must have, and weights of that many bytes. */
    public TinyHub model(String repository, int bytes) {
        byte[] weights = new byte[bytes];
        new Random(bytes).nextBytes(weights);
        return put(repository, "openvino_model.xml", text("<net/>"))
                .put(repository, "openvino_model.bin", weights)
                .put(repository, "openvino_tokenizer.xml", text("<net/>"))
                .put(repository, "openvino_tokenizer.bin", new byte[2_000])
                .put(repository, "openvino_detokenizer.xml", text("<net/>"))
                .put(
                        repository,
                        "config.json",
                        text("{\"architectures\":[\"Qwen2ForCausalLM\"],\"model_type\":\"qwen2\","
                                + "\"max_position_embeddings\":2048,\"_name_or_path\":\"Qwen/Qwen2.5-1.5B-Instruct\"}"))
                .put(repository, "model.safetensors", new byte[3_000])
                .put(repository, ".gitattributes", text("*.bin filter=lfs"));
    }

    /** The list then says another size than the file has. */
    void declare(String path, long bytes) {
        declared.put(path, bytes);
    }

    /** Another content is sent than the list promises. */
    void corrupt(String path, byte[] content) {
        served.put(path, content);
    }

    /** The next requests for that path get these statuses, one each. */
    void fail(String path, Integer... next) {
        statuses.put(path, new CopyOnWriteArrayList<>(next));
    }

    /** The next transfer of that file stops there; once. */
    public Hold hold(String path, int after, boolean cut) {
        Hold hold = new Hold(after, new CountDownLatch(1), new CountDownLatch(1), cut);
        holds.put(path, hold);
        return hold;
    }

    /** From now on everything wants this token. */
    void gate(String wanted) {
        token = Optional.of(wanted);
    }

    /** Requests for files, each as its path, and its range where it has one. */
    List<String> transfers() {
        return requests.stream()
                .filter(request -> TRANSFER.matcher(request).find())
                .map(request -> TRANSFER.matcher(request).replaceFirst(""))
                .toList();
    }

    /** Requests for lists. */
    long lists() {
        return requests.stream().filter(request -> request.startsWith("/api/")).count();
    }

    /** Tokens that were sent to the store. */
    List<String> storeTokens() {
        return storeTokens;
    }

    private interface Handler {
        void handle(HttpExchange exchange, String path) throws IOException;
    }

    private void answer(HttpExchange exchange, Handler handler) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(path + (range == null ? "" : " " + range));
        try {
            handler.handle(exchange, path);
        } finally {
            exchange.close();
        }
    }

    private void hub(HttpExchange exchange, String path) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (token.isPresent() && !("Bearer " + token.get()).equals(authorization)) {
            exchange.sendResponseHeaders(401, -1);
            return;
        }
        List<Integer> next = statuses.get(path);
        if (next != null && !next.isEmpty()) {
            exchange.getResponseHeaders().add("Retry-After", "0");
            exchange.sendResponseHeaders(next.remove(0), -1);
            return;
        }
        if (path.startsWith("/api/models/")) {
            list(exchange, path.substring("/api/models/".length()));
            return;
        }
        String[] parts = path.split("/", 6);
        String repository = parts[1] + "/" + parts[2];
        byte[] content = repositories.getOrDefault(repository, Map.of()).get(parts[5]);
        if (content == null || !parts[3].equals("resolve") || !parts[4].equals(commit(repository))) {
            exchange.sendResponseHeaders(404, -1);
        } else if (content.length >= LARGE_BYTES) {
            exchange.getResponseHeaders()
                    .add(
                            "Location",
                            "http://127.0.0.1:" + store.getAddress().getPort() + "/store/"
                                    + repository.replace("/", "-") + "/" + parts[5]);
            exchange.getResponseHeaders().add("X-Repository", repository);
            exchange.sendResponseHeaders(302, -1);
        } else {
            send(exchange, parts[5], content);
        }
    }

    private void store(HttpExchange exchange, String path) throws IOException {
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                .ifPresent(storeTokens::add);
        String[] parts = path.split("/", 4);
        byte[] content = repositories.entrySet().stream()
                .filter(entry -> entry.getKey().replace("/", "-").equals(parts[2]))
                .findFirst()
                .orElseThrow()
                .getValue()
                .get(parts[3]);
        send(exchange, parts[3], content);
    }

    private void send(HttpExchange exchange, String path, byte[] original) throws IOException {
        byte[] content = served.getOrDefault(path, original);
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("[^0-9]", ""));
        if (from > 0) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, content.length - from);
        OutputStream out = exchange.getResponseBody();
        Hold hold = holds.remove(path);
        int sent = from;
        if (hold != null) {
            out.write(content, from, hold.after() - from);
            out.flush();
            sent = hold.after();
            hold.arrived().countDown();
            await(hold.release());
            if (hold.cut()) {
                return;
            }
        }
        out.write(content, sent, content.length - sent);
        out.close();
    }

    private static void await(CountDownLatch release) throws IOException {
        try {
            release.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private void list(HttpExchange exchange, String repository) throws IOException {
        Map<String, byte[]> files = repositories.get(repository);
        if (files == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        ObjectNode answer = JSON.createObjectNode().put("id", repository).put("sha", commit(repository));
        ArrayNode siblings = answer.putArray("siblings");
        files.forEach((path, content) -> {
            ObjectNode file = siblings.addObject().put("rfilename", path);
            long size = declared.getOrDefault(path, (long) content.length);
            file.put("size", size);
            file.put("blobId", hash("SHA-1", text("blob " + content.length + "\0"), content));
            if (content.length >= LARGE_BYTES) {
                file.putObject("lfs").put("sha256", hash("SHA-256", content)).put("size", size);
            }
        });
        byte[] json = JSON.writeValueAsBytes(answer);
        exchange.sendResponseHeaders(200, json.length);
        exchange.getResponseBody().write(json);
    }

    private String commit(String repository) {
        Map<String, byte[]> files = repositories.getOrDefault(repository, Map.of());
        return hash(
                "SHA-1",
                files.entrySet().stream()
                        .map(file -> text(file.getKey() + hash("SHA-1", file.getValue())))
                        .toArray(byte[][]::new));
    }

    static String hash(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        hub.stop(0);
        store.stop(0);
        threads.shutdownNow();
    }
}
