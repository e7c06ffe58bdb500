package io.npuq.api.generate;

import io.npuq.api.http.GenerationHeaders;
import io.npuq.api.http.Problem;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneStatus;
import java.util.Optional;

/** A job without an answer, as the client that waits for it is told. */
public final class JobProblems {
    private static final int BAD_REQUEST = 400;
    private static final int UNAVAILABLE = 503;

    private JobProblems() {}

    /** Why a job, in its final state, has no answer; empty when it has. */
    public static Optional<Problem> of(Job job, LaneStatus mainLane) {
        return job.error().map(error -> problem(job, error, mainLane).with(GenerationHeaders.of(job, mainLane)));
    }

    /** A device that this server does not have is a wrong wish: no time mends it, as it may mend a model that does not load. */
    private static Problem problem(Job job, JobError error, LaneStatus mainLane) {
        String code = error.code().wire();
        if (status(error.code()) != UNAVAILABLE) {
            return Problem.of(status(error.code()), code, error.message());
        }
        return job.device() == DevicePolicy.NPU && mainLane.lane() != Lane.NPU
                ? Problem.of(BAD_REQUEST, code, error.message(), "device").withoutRetry()
                : Problem.unavailable(code, error.message());
    }

    /** The HTTP status that goes with the code. */
    public static int status(ErrorCode code) {
        return switch (code) {
            case PROMPT_TOO_LONG -> 400;
            case CANCELLED -> 409;
            case ATTEMPTS_EXHAUSTED, GENERATION_FAILED -> 500;
            case MODEL_UNAVAILABLE, NPU_UNPROVEN -> UNAVAILABLE;
            case EXPIRED, TIMEOUT -> 504;
        };
    }
}
