package io.npuq.launcher.models;

import io.npuq.worker.models.PullProgress;
import io.npuq.worker.models.PullProgress.FileProgress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** How far a pull is as a whole, and how fast it was over the last seconds. */
final class PullMeter {
    private static final long WINDOW_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long PERCENT = 100;

    private final LongSupplier nanos;
    private final Map<String, FileProgress> files = new HashMap<>();
    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long nanos, long completed) {}

    PullMeter(LongSupplier nanos) {
        this.nanos = nanos;
    }

    void take(PullProgress progress) {
        progress.file().ifPresent(file -> files.put(file.path(), file));
        long now = nanos.getAsLong();
        samples.addLast(new Sample(now, completed()));
        while (samples.size() > 2 && now - samples.getFirst().nanos() > WINDOW_NANOS) {
            samples.removeFirst();
        }
    }

    /** Whether bytes have come. Before the first do, each file is named once: only then is it known how much it is in all. */
    static boolean moved(PullProgress progress) {
        return progress.file().map(file -> file.completed() > 0).orElse(false);
    }

    long percent() {
        long total = total();
        return total == 0 ? 0 : (long) ((double) completed() / total * PERCENT);
    }

    /** In one line. */
    String line() {
        String done = percent() + "%  " + Sizes.of(completed()) + " of " + Sizes.of(total());
        long rate = rate();
        if (rate == 0) {
            return done;
        }
        Duration left = Duration.ofSeconds((total() - completed()) / rate);
        return done + "  " + Sizes.of(rate) + "/s  " + left.toMinutes() + "m" + left.toSecondsPart() + "s left";
    }

    private long rate() {
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        long elapsed = last.nanos() - first.nanos();
        return elapsed <= 0 ? 0 : (long) ((last.completed() - first.completed()) * 1e9 / elapsed);
    }

    private long total() {
        return files.values().stream().mapToLong(FileProgress::bytes).sum();
    }

    private long completed() {
        return files.values().stream().mapToLong(FileProgress::completed).sum();
    }
}
