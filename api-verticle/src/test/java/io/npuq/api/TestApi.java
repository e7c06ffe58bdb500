package io.npuq.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.embedding.Embeddings;
import io.npuq.scheduler.Claim;
import io.npuq.schema.Json;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneHealth;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.HttpConfig;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A server of its own on a free port, over a queue of its own. */
final class TestApi implements AutoCloseable {
    static final LaneStatus NPU_LANE = new LaneStatus(
            Lane.NPU,
            "NPU",
            "tiny-qwen2",
            Optional.of(Path.of("/models/tiny-qwen2")),
            Optional.of(Path.of("/no/such/cache")),
            LaneHealth.of(LanePhase.SERVING),
            Optional.of(1_200.25),
            Optional.empty());
    /** Of a lane that makes embeddings. */
    static final LaneStatus EMBEDDING_LANE = new LaneStatus(
            Lane.EMBEDDING,
            "CPU",
            "tiny-encoder",
            Optional.empty(),
            Optional.empty(),
            LaneHealth.of(LanePhase.SERVING),
            Optional.of(10.0),
            Optional.empty());

    static final HttpConfig CONFIG = new HttpConfig("127.0.0.1", 0, Set.of("npu.example"), false);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T10:00:05Z"), ZoneOffset.UTC);

    final TestQueue queue;
    final TestModels models = new TestModels();
    final TestReports reports = new TestReports();
    final ApiVerticle verticle;
    private final List<ScriptedLane> lanes = new ArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    TestApi() {
        this(CONFIG, new TestQueue(1_000), Duration.ofSeconds(60));
    }

    TestApi(HttpConfig config, TestQueue queue, Duration idle) {
        this(config, queue, idle, new TestLanes(NPU_LANE), Embeddings.NONE);
    }

    TestApi(LaneStatus lane) {
        this(new TestLanes(lane));
    }

    TestApi(TestLanes lanes) {
        this(lanes, Embeddings.NONE);
    }

    TestApi(TestLanes lanes, Embeddings embeddings) {
        this(CONFIG, new TestQueue(1_000), Duration.ofSeconds(60), lanes, embeddings);
    }

    TestApi(Embeddings embeddings) {
        this(CONFIG, new TestQueue(1_000), Duration.ofSeconds(60), new TestLanes(NPU_LANE), embeddings);
    }

    TestApi(TestQueue queue, Clock clock) {
        this(CONFIG, queue, Duration.ofSeconds(60), new TestLanes(NPU_LANE), Embeddings.NONE, clock);
    }

    TestApi(HttpConfig config, TestQueue queue, Duration idle, TestLanes lanes, Embeddings embeddings) {
        this(config, queue, idle, lanes, embeddings, CLOCK);
    }

    private TestApi(
            HttpConfig config, TestQueue queue, Duration idle, TestLanes lanes, Embeddings embeddings, Clock clock) {
        this.queue = queue;
        verticle = new ApiVerticle(
                queue, queue.config, config, lanes, embeddings, models, queue.telemetry, reports, clock, idle);
        deploy();
    }

    private void deploy() {
        vertx.deployVerticle(verticle).toCompletionStage().toCompletableFuture().join();
    }

    /** Adds a lane that ends each job as the script says. */
    TestApi lane(Function<Claim, Outcome> script) {
        lanes.add(new ScriptedLane(queue, script));
        return this;
    }

    RawClient raw() throws IOException {
        return new RawClient(verticle.port());
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + verticle.port() + path));
    }

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = request(path).GET();
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    HttpResponse<String> post(String path, String json, String... headers) {
        HttpRequest.Builder request = request(path).header("Content-Type", "application/json");
        return send((headers.length == 0 ? request : request.headers(headers))
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Submits a job and answers its id. */
    String submit(String json) {
        return json(post("/v1/jobs", json)).get("id").textValue();
    }

    static JsonNode json(HttpResponse<String> response) {
        return json(response.body());
    }

    static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(text, e);
        }
    }

    @Override
    public void close() {
        lanes.forEach(ScriptedLane::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
        queue.close();
    }
}
