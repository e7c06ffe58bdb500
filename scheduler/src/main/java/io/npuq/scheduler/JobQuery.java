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
 * @param state only these; empty for all
 * @param kind only these; empty for all
 * @param limit 1 to {@link Limits#PAGE_JOBS_MAX}
 * @param after only jobs older than this one: the last of the page before
 */
public record JobQuery(Optional<JobState> state, Optional<JobKind> kind, int limit, Optional<JobId> after) {
    /** Checks the bound. */
    public JobQuery {
        if (limit < 1 || limit > Limits.PAGE_JOBS_MAX) {
            throw new InvalidInputException("limit", "limit must be from 1 to " + Limits.PAGE_JOBS_MAX);
        }
    }
}
