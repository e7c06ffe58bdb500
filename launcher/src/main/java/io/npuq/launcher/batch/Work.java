package io.npuq.launcher.batch;

import io.npuq.schema.DeadlineMode;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is asked about each document. Whoever holds one holds a valid one.
 *
 * @param kind a bounded one
 * @param maxNewTokens most tokens of a document's answer; empty for the kind's own number
 * @param priority of every job
 * @param device where jobs may run
 * @param deadline of each job, from the moment at which it is handed in
 */
public record Work(
        JobKind kind, OptionalInt maxNewTokens, int priority, DevicePolicy device, Optional<Duration> deadline) {
    /** Checks the bounds, as a job's. */
    public Work {
        check(kind, maxNewTokens, priority, device, deadline);
    }

    /** Of parts, memories are collected; for all else, each is summarized first. */
    JobKind partKind() {
        return kind == JobKind.MEMORY_CANDIDATE ? kind : JobKind.SUMMARY;
    }

    /** The job about that text, which must be one of a job's length. */
    JobRequest request(JobKind job, String text) {
        return request(job, text, job == kind ? maxNewTokens : OptionalInt.empty(), priority, device, deadline);
    }

    private static void check(
            JobKind kind, OptionalInt maxNewTokens, int priority, DevicePolicy device, Optional<Duration> deadline) {
        request(kind, "text", maxNewTokens, priority, device, deadline);
    }

    private static JobRequest request(
            JobKind job,
            String text,
            OptionalInt maxNewTokens,
            int priority,
            DevicePolicy device,
            Optional<Duration> deadline) {
        JobRequest request =
                JobRequest.bounded(job, text).withPriority(priority).withDevice(device);
        if (maxNewTokens.isPresent()) {
            request = request.withMaxNewTokens(maxNewTokens.getAsInt());
        }
        // What waits before these jobs are jobs of the same batch: no reason to refuse one.
        return deadline.isPresent() ? request.withDeadline(deadline.get(), DeadlineMode.BEST_EFFORT) : request;
    }
}
