package io.npuq.scheduler;

import java.util.List;

/**
 * What the request log has of one job.
 *
 * @param entries its entries, oldest first: each a JSON object in UTF-8, as it stands in the log. Do not change them
 * @param complete whether these are all; otherwise so much came between the first and the last that not all of it was looked through, and
 *     those in between may lack some
 */
public record JobLog(List<byte[]> entries, boolean complete) {
    /** Copies the list. */
    public JobLog {
        entries = List.copyOf(entries);
    }
}
