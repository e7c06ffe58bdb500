package io.npuq.scheduler;

import io.npuq.schema.Job;
import java.util.List;

/**
 * One page of a listing.
 *
 * @param jobs newest first, without results
 * @param hasMore whether older ones match too
 */
public record JobPage(List<Job> jobs, boolean hasMore) {
    /** Copies the list. */
    public JobPage {
        jobs = List.copyOf(jobs);
    }
}
