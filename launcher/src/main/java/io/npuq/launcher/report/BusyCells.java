package io.npuq.launcher.report;

import java.util.TreeMap;

/** How often the busy counter grew by so much in a generation of such a length: counts in cells, ten a decade on both sides. */
public final class BusyCells {
    /** The first cell begins at a tenth of a millisecond. */
    private static final int LOWEST = -10;

    private static final int HIGHEST = 60;
    private static final int PER_DECADE = 10;
    private static final int ROW = 1_000;

    private final TreeMap<Integer, Long> counts = new TreeMap<>();

    /** Takes one cell: the logarithms to the base of ten of its lower corner, in milliseconds. */
    @FunctionalInterface
    public interface Visitor {
        /** So many jobs are in it. */
        void cell(double log10GenerateMs, double log10BusyMs, long jobs);
    }

    void add(double generateMs, double busyMs) {
        counts.merge((cell(generateMs) - LOWEST) * ROW + cell(busyMs) - LOWEST, 1L, Long::sum);
    }

    /** Whether the counter was read for no job. */
    public boolean isEmpty() {
        return counts.isEmpty();
    }

    /** Every cell that has jobs. */
    public void forEach(Visitor visitor) {
        counts.forEach((cell, jobs) -> visitor.cell(
                (cell / ROW + LOWEST) / (double) PER_DECADE, (cell % ROW + LOWEST) / (double) PER_DECADE, jobs));
    }

    private static int cell(double ms) {
        double log = ms <= 0 ? LOWEST : Math.floor(Math.log10(ms) * PER_DECADE);
        return (int) Math.max(LOWEST, Math.min(HIGHEST, log));
    }
}
