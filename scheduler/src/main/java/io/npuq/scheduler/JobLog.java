package io.npuq.scheduler;

import java.util.List;

/**
 * What the request log has of one job.
 *
 * @param lines its entries, oldest first
 * @param complete whether these are all; otherwise so much came between the first and the last that not all of it was looked through, and
 *     those in between may lack some
 */
public record JobLog(List<LogLine> lines, boolean complete) {
    /** Copies the list. */
    public JobLog {
        lines = List.copyOf(lines);
    }
}
