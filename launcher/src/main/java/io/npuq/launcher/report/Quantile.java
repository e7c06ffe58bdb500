package io.npuq.launcher.report;

/**
 * A percentile, and how many samples it takes before it says anything: by the early-stopping rule of MLPerf's LoadGen, at a confidence
 * of 0.99. With fewer, a report says "too few" and not a number.
 */
public enum Quantile {
    P50("p50", 0.50, 10),
    P90("p90", 0.90, 64),
    P95("p95", 0.95, 130),
    P99("p99", 0.99, 662);

    private final String label;
    private final double share;
    private final int samplesMin;

    Quantile(String label, double share, int samplesMin) {
        this.label = label;
        this.share = share;
        this.samplesMin = samplesMin;
    }

    /** Such as {@code p95}. */
    public String label() {
        return label;
    }

    /** The share of samples that are no greater, from 0 to 1. */
    public double share() {
        return share;
    }

    /** How many samples it wants. */
    public int samplesMin() {
        return samplesMin;
    }
}
