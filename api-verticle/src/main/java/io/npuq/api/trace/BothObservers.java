package io.npuq.api.trace;

import io.npuq.scheduler.JobStep;
import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.Refusal;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobState;
import io.npuq.schema.RouteReason;
import java.util.Optional;

/** One observer who hears all, and one who hears of jobs alone. */
record BothObservers(QueueObserver all, QueueObserver jobs) implements QueueObserver {
    @Override
    public void submitted(JobStep job) {
        all.submitted(job);
        jobs.submitted(job);
    }

    @Override
    public void refused(Refusal reason) {
        all.refused(reason);
    }

    @Override
    public void started(JobStep job, RouteReason reason, boolean isMain) {
        all.started(job, reason, isMain);
        jobs.started(job, reason, isMain);
    }

    @Override
    public void recovered(JobStep job, String reason) {
        all.recovered(job, reason);
        jobs.recovered(job, reason);
    }

    @Override
    public void ended(JobStep job, JobState state, Optional<ErrorCode> error, Optional<Evidence> evidence) {
        all.ended(job, state, error, evidence);
        jobs.ended(job, state, error, evidence);
    }

    @Override
    public void committed(long nanos) {
        all.committed(nanos);
    }

    @Override
    public void journalBytes(long bytes) {
        all.journalBytes(bytes);
    }
}
