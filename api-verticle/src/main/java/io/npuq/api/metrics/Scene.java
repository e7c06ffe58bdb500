package io.npuq.api.metrics;

import io.npuq.scheduler.QueueStatus;
import io.npuq.schema.LaneStatus;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * How things stand at the moment of a scrape.
 *
 * @param now by the wall clock
 * @param queue the queue
 * @param journalBytesMax what the journal may take, in bytes
 * @param lanes every lane, the main one first
 * @param diskFreeBytes what is free on the data directory's disk; empty where that cannot be read
 * @param hasBusyCounter whether the NPU's busy counter can be read
 */
record Scene(
        Instant now,
        QueueStatus queue,
        long journalBytesMax,
        List<LaneStatus> lanes,
        OptionalLong diskFreeBytes,
        boolean hasBusyCounter) {}
