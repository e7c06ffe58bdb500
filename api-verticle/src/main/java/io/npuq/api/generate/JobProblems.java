package io.npuq.api.generate;

import io.npuq.api.http.GenerationHeaders;
import io.npuq.api.http.Problem;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Job;
import io.npuq.schema.LaneStatus;
import java.util.Optional;

/** A job without an answer, as the client that waits for it is told. */
public final class JobProblems {
    private JobProblems() {}

    /** Why a job, in its final state, has no answer; empty when it has. */
    public static Optional<Problem> of(Job job, LaneStatus mainLane) {
        return job.error()
                .map(error -> Problem.of(status(error.code()), error.code().wire(), error.message())
                        .with(GenerationHeaders.of(job, mainLane)));
    }

    /** The HTTP status that goes with the code. */
    public static int status(ErrorCode code) {
        return switch (code) {
            case PROMPT_TOO_LONG -> 400;
            case CANCELLED -> 409;
            case ATTEMPTS_EXHAUSTED, GENERATION_FAILED -> 500;
            case MODEL_UNAVAILABLE, NPU_UNPROVEN -> 503;
            case EXPIRED, TIMEOUT -> 504;
        };
    }
}
