package io.npuq.launcher.report;

import io.npuq.api.reports.LatencyReports;
import io.npuq.launcher.child.ChildCommand;
import io.npuq.launcher.config.Settings;
import io.npuq.schema.config.StoreConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Latency reports for people who ask the server: each by {@code npuq report latency} in a process of its own. So a log of any length takes
 * none of the server's memory, and a report that nobody waits for any more is ended.
 */
public final class ReportProcesses implements LatencyReports {
    /** A log of some ten million entries. */
    private static final Duration TIME_MAX = Duration.ofMinutes(5);

    private static final List<String> JVM = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    private final Path data;
    private final Optional<StoreConfig> store;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "report");
        thread.setDaemon(true);
        return thread;
    });

    /** Reports from the request log in that data directory, or in the store where the queue is kept in one. */
    public ReportProcesses(Path data, Optional<StoreConfig> store) {
        this.data = data;
        this.store = store;
    }

    @Override
    public Making begin(Instant since, Instant until, Form form) {
        List<String> command = ChildCommand.of(
                JVM,
                "report",
                "latency",
                store.isPresent() ? Settings.STORE.flag() : Settings.DATA.flag(),
                store.map(StoreConfig::url).orElse(data.toString()),
                "--since",
                since.toString(),
                "--until",
                until.toString(),
                "--format",
                form.name().toLowerCase(Locale.ROOT));
        ProcessBuilder process = new ProcessBuilder(command);
        store.flatMap(StoreConfig::password).ifPresent(password -> {
            process.environment().remove(Settings.STORE_PASSWORD_FILE.env());
            process.environment().put(Settings.STORE_PASSWORD_VARIABLE, password);
        });
        try {
            return new Started(process.start(), threads);
        } catch (IOException e) {
            throw new UncheckedIOException("the report's process cannot be started", e);
        }
    }

    private static final class Started implements Making {
        private final Process process;
        private final CompletableFuture<byte[]> report;

        Started(Process process, ExecutorService threads) {
            this.process = process;
            CompletableFuture<byte[]> errors = read(process.getErrorStream(), threads);
            report = read(process.getInputStream(), threads)
                    .thenCombine(errors, (out, error) -> whole(process, out, error))
                    .orTimeout(TIME_MAX.toSeconds(), TimeUnit.SECONDS)
                    .whenComplete((made, failure) -> process.destroy());
        }

        private static CompletableFuture<byte[]> read(InputStream stream, ExecutorService threads) {
            return CompletableFuture.supplyAsync(
                    () -> {
                        try (stream) {
                            return stream.readAllBytes();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    threads);
        }

        private static byte[] whole(Process process, byte[] out, byte[] error) {
            try {
                int exitCode = process.onExit().get().exitValue();
                if (exitCode == 0) {
                    return out;
                }
                throw new IllegalStateException(
                        "the report ended with " + exitCode + ": " + new String(error, StandardCharsets.UTF_8).strip());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public CompletionStage<byte[]> report() {
            return report;
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
