package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.BodyRef;

/**
 * A job that a lane holds; known to the writer alone.
 *
 * @param row as it was when it started: running
 * @param claim what the lane holds
 * @param input where its text lies, to be erased at its end
 * @param cancelAsked whether someone wants it to stop, which the journal knows too
 */
record RunningJob(JobRow row, Claim claim, BodyRef input, boolean cancelAsked) {
    RunningJob withCancelAsked() {
        return new RunningJob(row, claim, input, true);
    }
}
