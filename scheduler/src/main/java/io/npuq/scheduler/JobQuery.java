package io.npuq.scheduler;

import io.npuq.schema.InvalidInputException;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.npuq.schema.Limits;
import java.util.Optional;

/**
 * Which jobs to list.
 *
 * @param filter only these
 * @param limit 1 to {@link Limits#PAGE_JOBS_MAX}
 * @param after only jobs older than this one: where the page before ended
 */
public record JobQuery(JobFilter filter, int limit, Optional<JobId> after) {
    /** Checks the bound. */
    public JobQuery {
        if (limit < 1 || limit > Limits.PAGE_JOBS_MAX) {
            throw new InvalidInputException("limit", "limit must be from 1 to " + Limits.PAGE_JOBS_MAX);
        }
    }

    /** Jobs by state and kind alone. */
    public JobQuery(Optional<JobState> state, Optional<JobKind> kind, int limit, Optional<JobId> after) {
        this(new JobFilter(state, kind, Optional.empty(), Optional.empty(), Optional.empty()), limit, after);
    }
}
