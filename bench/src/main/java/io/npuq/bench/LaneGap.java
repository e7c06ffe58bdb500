package io.npuq.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.LaneState;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.embedded.EmbeddedJobQueue;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Json;
import io.npuq.schema.Lane;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.config.QueueConfig;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.lane.LaneLoop;
import io.npuq.worker.lane.LaneSettings;
import io.npuq.worker.process.EngineCommand;
import io.npuq.worker.process.EngineServer;
import io.npuq.worker.process.ProcessEngine;
import io.npuq.worker.process.ProcessSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * How long the engine of a lane with a backlog has nothing to do between two jobs: from the end of one generation to the start of the next,
 * as the engine's own process sees it. The queue, the lane and that process are the server's; HTTP has no part in it.
 *
 * <p>Arguments: the OpenVINO install, the model directory, a cache directory, a directory for the queue (made anew), jobs that are counted,
 * jobs before them that are not (JVMs compile as they go), tokens of an answer.
 */
public final class LaneGap {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final String INPUT = "The mail server in Osaka is slow since noon. ".repeat(6);

    /** Fewer show no percentile of 99 in 100, by MLPerf's rule of early stopping. */
    private static final int SAMPLES_OF_P99 = 662;

    private LaneGap() {}

    /** Runs it; without arguments, the engine's process. */
    public static void main(String[] args) throws Exception {
        if (args.length == 0) {
            EngineServer.onStandardStreams(LaneGap::engine);
        }
        Path data = Path.of(args[3]);
        Path gaps = Files.createDirectories(data).resolve("gaps");
        int counted = Integer.parseInt(args[4]);
        int before = Integer.parseInt(args[5]);
        ObjectNode load = Json.MAPPER
                .createObjectNode()
                .put("openvino", args[0])
                .put("model", args[1])
                .put("cache", args[2])
                .put("gaps", gaps.toString());
        drain(data, load, counted + before, Integer.parseInt(args[6]));
        print(gaps, before);
    }

    private static Engine engine(JsonNode load) {
        return new TimedEngine(
                Benches.cpuEngine(path(load, "openvino"), path(load, "model"), path(load, "cache")),
                path(load, "gaps"));
    }

    private static Path path(JsonNode load, String name) {
        return Path.of(load.get(name).textValue());
    }

    /** All jobs wait before the lane begins. */
    private static void drain(Path data, JsonNode load, int jobs, int tokens) throws Exception {
        CountDownLatch left = new CountDownLatch(jobs);
        Consumer<Throwable> fatal = failure -> {
            throw new IllegalStateException("the queue or the lane gave up", failure);
        };
        QueueConfig config = QueueConfig.in(data.resolve("queue")).withQueuedJobsMax(jobs);
        try (EmbeddedJobQueue queue = EmbeddedJobQueue.open(config, Clock.systemUTC(), System::nanoTime, fatal)) {
            CompletableFuture<?> last = CompletableFuture.completedFuture(null);
            for (int i = 0; i < jobs; i++) {
                JobRequest request =
                        JobRequest.bounded(JobKind.SUMMARY, INPUT + i).withMaxNewTokens(tokens);
                last = queue.submit(request, Sender.UNKNOWN, event -> count(event, left))
                        .toCompletableFuture();
            }
            last.get();
            // As the server starts it.
            List<String> command = EngineCommand.java(
                    List.of("--enable-native-access=ALL-UNNAMED", "-Xmx192m", "-XX:CompileThresholdScaling=0.05"),
                    LaneGap.class.getName(),
                    List.of());
            ProcessSettings process = new ProcessSettings(command, load, LIMIT, LIMIT);
            LaneLoop lane =
                    LaneLoop.start(queue, settings(), () -> new ProcessEngine(process), System::nanoTime, fatal);
            awaitAll(left, lane);
            lane.stop(LIMIT).toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** Says why, where the model does not load: a lane would try for ever. */
    private static void awaitAll(CountDownLatch left, LaneLoop lane) throws InterruptedException {
        while (!left.await(1, TimeUnit.SECONDS)) {
            LaneStatus status = lane.status();
            if (status.health().phase() == LanePhase.FAILED) {
                throw new IllegalStateException(
                        "no gap was measured: " + status.trouble().orElse("the model does not load"));
            }
        }
    }

    private static void count(JobEvent event, CountDownLatch left) {
        if (event instanceof JobEvent.StateChanged changed
                && changed.job().state().isFinal()) {
            left.countDown();
        }
    }

    private static LaneSettings settings() {
        return new LaneSettings(
                Lane.CPU,
                LaneState.Role.MAIN,
                OptionalInt.empty(),
                "CPU",
                new LaneSettings.Model("bench", Optional.empty(), Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                LIMIT);
    }

    private static void print(Path file, int before) throws IOException {
        Histogram gaps = new Histogram(3);
        Files.readAllLines(file).stream()
                .skip(before)
                .mapToLong(Long::parseLong)
                .forEach(gaps::recordValue);
        Benches.OUT.println(String.format(
                Locale.ROOT,
                "gap between two jobs: p50 %.3f ms  p99 %s  max %.3f ms  of %d, behind %d; load of the machine %.1f",
                gaps.getValueAtPercentile(50) / 1e6,
                gaps.getTotalCount() < SAMPLES_OF_P99
                        ? "(too few)"
                        : String.format(Locale.ROOT, "%.3f ms", gaps.getValueAtPercentile(99) / 1e6),
                gaps.getMaxValue() / 1e6,
                gaps.getTotalCount(),
                before,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
    }
}
