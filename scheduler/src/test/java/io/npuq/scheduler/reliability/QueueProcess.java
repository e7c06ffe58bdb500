package io.npuq.scheduler.reliability;

import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.embedded.EmbeddedJobQueue;
import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/** A process that opens the queue in a directory, says whether it serves, and serves until its input ends. */
final class QueueProcess {
    static final String SERVES = "serves";

    private QueueProcess() {}

    public static void main(String[] arguments) throws IOException {
        QueueConfig config = QueueConfig.in(Path.of(arguments[0]));
        try (EmbeddedJobQueue queue = EmbeddedJobQueue.open(
                config,
                Clock.systemUTC(),
                System::nanoTime,
                failure -> Runtime.getRuntime().halt(3))) {
            System.out.println(SERVES + " " + queue.rebuiltIndex());
            System.in.readAllBytes();
        } catch (QueueUnavailableException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
    }
}
