package io.npuq.scheduler.postgres;

import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueObserver;
import io.npuq.schema.Lane;
import io.npuq.schema.config.QueueConfig;
import io.npuq.schema.config.StoreConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** A host in a process of its own: takes one job, says which, and runs it until it is killed. */
final class HostProcess {
    private HostProcess() {}

    /** Starts one, and waits until it runs a job. */
    static Process running(StoreConfig store, Path data) throws IOException {
        Process process = start(HostProcess.class, store, data);
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        if (said.readLine() == null) {
            throw new IllegalStateException("the other host did not come to run a job");
        }
        return process;
    }

    /** Starts a main of the tests' in a process of its own, with the store's URL and the data directory. */
    static Process start(Class<?> main, StoreConfig store, Path data) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        store.url(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Its main. */
    public static void main(String[] args) throws InterruptedException {
        JobQueue queue = PostgresJobQueue.open(
                QueueConfig.in(Path.of(args[1])),
                new StoreConfig(args[0], Optional.empty(), "killed"),
                "test",
                System::nanoTime,
                failure -> Runtime.getRuntime().halt(1),
                QueueObserver.NONE);
        System.out.println(
                queue.take(Lane.CPU).toCompletableFuture().join().orElseThrow().id());
        new java.util.concurrent.CountDownLatch(1).await();
    }
}
