package io.npuq.schema;

import java.util.Optional;

/** How one attempt ended, as a lane reports it to the queue. */
public sealed interface Outcome {
    /** The state that the job ends in. */
    JobState state();

    /** The answer, or what there was of it. */
    Optional<JobResult> result();

    /** The error; empty only when the job succeeded. */
    Optional<JobError> error();

    /** What ran where; empty when nothing ran. */
    Optional<Evidence> evidence();

    /**
     * It has an answer.
     *
     * @param answer the answer
     * @param proof its evidence
     */
    record Succeeded(JobResult answer, Evidence proof) implements Outcome {
        @Override
        public JobState state() {
            return JobState.SUCCEEDED;
        }

        @Override
        public Optional<JobResult> result() {
            return Optional.of(answer);
        }

        @Override
        public Optional<JobError> error() {
            return Optional.empty();
        }

        @Override
        public Optional<Evidence> evidence() {
            return Optional.of(proof);
        }
    }

    /**
     * It failed, and running it again would not help.
     *
     * @param cause why
     * @param evidence what ran, where anything ran
     */
    record Failed(JobError cause, Optional<Evidence> evidence) implements Outcome {
        @Override
        public JobState state() {
            return JobState.FAILED;
        }

        @Override
        public Optional<JobResult> result() {
            return Optional.empty();
        }

        @Override
        public Optional<JobError> error() {
            return Optional.of(cause);
        }
    }

    /**
     * It stopped before its end, because someone cancelled it or because its deadline passed.
     *
     * @param cause {@link ErrorCode#CANCELLED} or {@link ErrorCode#EXPIRED}
     * @param result what there was by then, marked partial
     * @param evidence what ran, where anything ran
     */
    record Stopped(JobError cause, Optional<JobResult> result, Optional<Evidence> evidence) implements Outcome {
        @Override
        public JobState state() {
            return cause.code() == ErrorCode.EXPIRED ? JobState.EXPIRED : JobState.CANCELLED;
        }

        @Override
        public Optional<JobError> error() {
            return Optional.of(cause);
        }
    }
}
