package io.npuq.scheduler;

import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import java.util.List;
import java.util.Optional;

/**
 * One page of a listing.
 *
 * @param jobs newest first, without results
 * @param hasMore whether older ones match too; or may, where so many were looked at for this page that it ends before it is full
 * @param last where the next page goes on: the last job that was looked at; empty where there was none
 */
public record JobPage(List<Job> jobs, boolean hasMore, Optional<JobId> last) {
    /** Copies the list. */
    public JobPage {
        jobs = List.copyOf(jobs);
    }
}
