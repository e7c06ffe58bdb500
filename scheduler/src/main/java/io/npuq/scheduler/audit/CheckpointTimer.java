package io.npuq.scheduler.audit;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a checkpoint written when a queue opens, every minute, and when it is closed. On a thread of its own, and never for the sake of
 * a job: what fails is said, and tried again.
 */
public final class CheckpointTimer {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointTimer.class);
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final Step step;
    private volatile Optional<String> trouble = Optional.empty();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "queue-checkpoints");
        made.setDaemon(true);
        return made;
    });

    /** Writes a checkpoint, if the log has grown. */
    @FunctionalInterface
    public interface Step {
        /** Of what is on disk by now. */
        void write() throws IOException;
    }

    /** One that does that, and has not begun. */
    public CheckpointTimer(Step step) {
        this.step = step;
    }

    /** Makes the key where there is none yet, and begins. */
    public void start() {
        write();
        var unused = thread.scheduleWithFixedDelay(this::write, EVERY.toNanos(), EVERY.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Why the latest one could not be written; empty when all is well. */
    public Optional<String> trouble() {
        return trouble;
    }

    /** Writes the last one. The log must be written to its end. */
    public void close() throws InterruptedException {
        stop();
        if (thread.awaitTermination(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            write();
        } else {
            LOG.warn(
                    "a checkpoint of the request log takes more than {} s to be written; it is left behind",
                    STOP_PATIENCE.toSeconds());
        }
    }

    /** Ends without a last one. */
    public void stop() {
        thread.shutdown();
    }

    private void write() {
        try {
            step.write();
            wrote();
        } catch (IOException | RuntimeException e) {
            failed("no checkpoint of the request log could be written ("
                    + e.getClass().getSimpleName() + " " + e.getMessage()
                    + "); jobs go on, and it is tried again every minute");
        }
    }

    private void wrote() {
        if (trouble.isPresent()) {
            LOG.info("checkpoints of the request log are written again");
        }
        trouble = Optional.empty();
    }

    /** Says it once, not every minute; whoever asks for health is told until it is over. */
    private void failed(String what) {
        if (!trouble.equals(Optional.of(what))) {
            LOG.warn("{}", what);
        }
        trouble = Optional.of(what);
    }
}
