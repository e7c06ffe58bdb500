package io.npuq.launcher.models;

import io.npuq.worker.models.PullProgress;
import io.npuq.worker.models.PullProgress.Stage;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.Consumer;

/** A pull as one line of a terminal that changes. */
public final class PullBar implements Consumer<PullProgress> {
    private static final long DRAWN_EVERY_NANOS = Duration.ofMillis(200).toNanos();
    private static final int CELLS = 24;
    private static final String CLEAR = "\r\033[K";

    private final PrintWriter terminal;
    private final PullMeter meter = new PullMeter(System::nanoTime);
    private long drawnAt = System.nanoTime() - DRAWN_EVERY_NANOS;

    /** Draws there. */
    public PullBar(PrintWriter terminal) {
        this.terminal = terminal;
    }

    @Override
    public void accept(PullProgress progress) {
        meter.take(progress);
        if (PullMeter.moved(progress)) {
            drawNowAndThen();
        } else if (progress.stage() == Stage.WAITING) {
            progress.note().ifPresent(note -> write(CLEAR + note + "\n"));
        } else if (progress.stage() == Stage.VERIFYING) {
            write(CLEAR + "all files are there and have the hub's checksums\n");
        }
    }

    private void drawNowAndThen() {
        long now = System.nanoTime();
        if (now - drawnAt >= DRAWN_EVERY_NANOS) {
            drawnAt = now;
            int full = (int) (meter.percent() * CELLS / 100);
            write(CLEAR + "[" + "#".repeat(full) + " ".repeat(CELLS - full) + "] " + meter.line());
        }
    }

    private void write(String text) {
        terminal.print(text);
        terminal.flush();
    }
}
