package io.npuq.launcher.batch;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** A batch as lines: one now and then. */
final class BatchLines implements Progress {
    private static final long SAID_EVERY_NANOS = Duration.ofSeconds(15).toNanos();

    private final Consumer<String> say;
    private final LongSupplier nanos;
    private final BatchMeter meter;
    private long saidAt;

    BatchLines(Consumer<String> say, LongSupplier nanos, OptionalLong total) {
        this.say = say;
        this.nanos = nanos;
        meter = new BatchMeter(nanos, total);
        saidAt = nanos.getAsLong();
    }

    @Override
    public void moved(Tally tally) {
        meter.take(tally);
        long now = nanos.getAsLong();
        if (now - saidAt >= SAID_EVERY_NANOS) {
            saidAt = now;
            say.accept(meter.line());
        }
    }

    @Override
    public void say(String line) {
        say.accept(line);
    }

    @Override
    public void end() {}
}
