package io.npuq.scheduler.embedded;

/**
 * What the writer keeps up to date and everyone may read.
 *
 * @param counters jobs by state and priority
 * @param rate how fast they end
 * @param feed who watches
 */
record Totals(Counters counters, ServiceRate rate, Feed feed) {}
