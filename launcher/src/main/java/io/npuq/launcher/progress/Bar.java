package io.npuq.launcher.progress;

import java.io.PrintWriter;
import java.time.Duration;

/** One line of a terminal that changes, and lines that stay above it. */
public final class Bar {
    private static final long DRAWN_EVERY_NANOS = Duration.ofMillis(200).toNanos();
    private static final int CELLS = 24;
    private static final int PERCENT = 100;
    private static final String CLEAR = "\r\033[K";

    private final PrintWriter terminal;
    private long drawnAt = System.nanoTime() - DRAWN_EVERY_NANOS;

    /** Draws there. */
    public Bar(PrintWriter terminal) {
        this.terminal = terminal;
    }

    /** Shows how far it is, unless it did so a moment ago. */
    public void draw(long percent, String line) {
        long now = System.nanoTime();
        if (now - drawnAt >= DRAWN_EVERY_NANOS) {
            drawnAt = now;
            int full = (int) (percent * CELLS / PERCENT);
            write(CLEAR + "[" + "#".repeat(full) + " ".repeat(CELLS - full) + "] " + line);
        }
    }

    /** A line that stays. */
    public void say(String line) {
        write(CLEAR + line + "\n");
    }

    /** Leaves the line as it was before. */
    public void clear() {
        write(CLEAR);
    }

    private void write(String text) {
        terminal.print(text);
        terminal.flush();
    }
}
