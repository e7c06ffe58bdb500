package io.npuq.launcher.batch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** How far a batch is, and how fast it was over the last documents. */
final class BatchMeter {
    /** Documents differ much in length: the rate is that of so many. */
    private static final int WINDOW = 64;

    private static final long PERCENT = 100;
    private static final double NANOS = 1e9;

    private final LongSupplier nanos;
    private final OptionalLong total;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private Tally tally = Tally.NONE;

    private record Sample(long nanos, long worked) {}

    /** Begins now. */
    BatchMeter(LongSupplier nanos, OptionalLong total) {
        this.nanos = nanos;
        this.total = total;
        samples.addLast(new Sample(nanos.getAsLong(), 0));
    }

    void take(Tally now) {
        if (now.worked() > tally.worked()) {
            samples.addLast(new Sample(nanos.getAsLong(), now.worked()));
            if (samples.size() > WINDOW) {
                samples.removeFirst();
            }
        }
        tally = now;
    }

    long percent() {
        return total.isEmpty() || total.getAsLong() == 0
                ? 0
                : Math.min(PERCENT, tally.over() * PERCENT / total.getAsLong());
    }

    /** In one line. */
    String line() {
        StringBuilder line = new StringBuilder().append(tally.over());
        total.ifPresent(all -> line.append(" of ").append(all));
        line.append(" documents");
        if (tally.failed() > 0) {
            line.append(", ").append(tally.failed()).append(" failed");
        }
        double rate = rate();
        if (rate > 0) {
            line.append(String.format(Locale.ROOT, "  %.2f/s", rate));
            total.ifPresent(all -> line.append("  ").append(left(all, rate)).append(" left"));
        }
        return line.toString();
    }

    private String left(long all, double rate) {
        Duration left = Duration.ofSeconds((long) (Math.max(0, all - tally.over()) / rate));
        return left.toHours() > 0
                ? left.toHours() + "h" + left.toMinutesPart() + "m"
                : left.toMinutes() + "m" + left.toSecondsPart() + "s";
    }

    private double rate() {
        Sample first = samples.getFirst();
        Sample last = samples.getLast();
        long elapsed = last.nanos() - first.nanos();
        return elapsed <= 0 ? 0 : (last.worked() - first.worked()) * NANOS / elapsed;
    }
}
