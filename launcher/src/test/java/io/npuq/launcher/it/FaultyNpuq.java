package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.embedding.Embeddings;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Configuration;
import io.npuq.launcher.server.EngineLaunch;
import io.npuq.launcher.server.Engines;
import io.npuq.launcher.server.Server;
import io.npuq.launcher.server.StartException;
import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.NpuqConfig;
import io.npuq.worker.TestRuntime;
import io.npuq.worker.process.EngineCommand;
import io.npuq.worker.process.ProcessEngine;
import io.npuq.worker.process.ProcessSettings;
import io.npuq.worker.setup.Installed;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A server in this process, whose engines are processes of their own that a test can spoil. Its short quarantines keep tests short. */
final class FaultyNpuq implements AutoCloseable {
    private static final long MIB = 1 << 20;
    /** More than a real engine with the tiny model needs, and less than a test's machine has. */
    private static final long ENGINE_MEMORY_MAX = 700 * MIB;

    private static final Duration LOAD_TIMEOUT = Duration.ofMinutes(1);

    private final CompletableFuture<Throwable> fatal;
    private final Server server;
    private final Faults faults;
    private final Path data;

    private FaultyNpuq(CompletableFuture<Throwable> fatal, Server server, Faults faults, Path data) {
        this.fatal = fatal;
        this.server = server;
        this.faults = faults;
        this.data = data;
    }

    /** Starts it, and waits until its model is loaded. */
    static FaultyNpuq start(Path home, Path model, Map<String, String> flags) throws IOException {
        Map<String, String> all = new TreeMap<>(
                Map.of("--port", "0", "--device", "CPU", "--model", model.toString(), "--quarantine-max", "500ms"));
        all.putAll(flags);
        Faults faults = Faults.in(home.resolve("faults"));
        try {
            NpuqConfig config = Configuration.resolve(all, Map.of("NPUQ_HOME", home.toString()))
                    .npuq();
            CompletableFuture<Throwable> fatal = new CompletableFuture<>();
            Server server = Server.start(config, Embeddings.NONE, fatal::complete);
            FaultyNpuq started =
                    new FaultyNpuq(fatal, server, faults, config.queue().dataDir());
            server.startLanes(plans(config, new Installed(TestRuntime.openVino(), model), faults));
            started.awaitHealth("healthy");
            return started;
        } catch (ConfigException | StartException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Engines.Plan> plans(NpuqConfig config, Installed installed, Faults faults) {
        ProcessSettings child = new ProcessSettings(
                EngineCommand.java(
                        List.of(
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xmx192m",
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC"),
                        FaultyChild.class.getName(),
                        List.of(faults.dir().toString())),
                EngineLaunch.of(config.engine(), DeviceChoice.CPU, installed).json(),
                LOAD_TIMEOUT,
                config.engine().inferenceTimeout(),
                ENGINE_MEMORY_MAX);
        return Engines.plans(config.engine(), installed, config.drainTimeout()).stream()
                .map(plan -> plan.with(engines -> () -> new ProcessEngine(child)))
                .toList();
    }

    Client client() {
        return new Client(server.url());
    }

    Faults faults() {
        return faults;
    }

    Path data() {
        return data;
    }

    /** The process of its engine, which must run. */
    Child engine() {
        List<ProcessHandle> engines = ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .toList();
        assertEquals(1, engines.size(), "engines");
        return new Child(engines.get(0));
    }

    /** Waits until {@code /health} says so; answers it. */
    JsonNode awaitHealth(String status) throws IOException {
        return client().awaitBody(
                        "/health", health -> health.path("status").asText().equals(status));
    }

    /** Waits until {@code /health} says that something is amiss; answers why. */
    String awaitTrouble() throws IOException {
        return client().awaitBody(
                        "/health", health -> !health.path("status").asText().equals("healthy"))
                .at("/reasons/0")
                .asText();
    }

    @Override
    public void close() {
        server.close();
        assertFalse(fatal.isDone(), () -> "the server gave up: " + fatal.join());
    }
}
