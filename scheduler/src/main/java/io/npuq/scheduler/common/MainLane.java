package io.npuq.scheduler.common;

import io.npuq.scheduler.LaneState;
import io.npuq.schema.Lane;
import io.npuq.schema.RouteReason;
import java.time.Duration;
import java.util.Optional;

/**
 * The main lane at one moment, as the others ask for it.
 *
 * @param lane which
 * @param state how it is, by its own word
 * @param since for how long it has been in that condition
 * @param held how many jobs it holds
 * @param ran for how long the oldest of them has run; zero where it holds none
 * @param run how long a job takes there, or elsewhere where none was timed there; zero before any was timed
 */
record MainLane(Lane lane, LaneState state, Duration since, int held, Duration ran, Duration run) {
    boolean isBusy() {
        return held > 0;
    }

    /** Why it takes no jobs, if it does not. One whose engine is on its way is waited for. */
    Optional<RouteReason> away() {
        return switch (state.condition()) {
            case SERVING, LOADING -> Optional.empty();
            case LOAD_FAILED -> Optional.of(RouteReason.LOAD_FAILED);
            case UNAVAILABLE, QUARANTINED, STOPPED -> Optional.of(RouteReason.NPU_UNAVAILABLE);
        };
    }

    /** How long until it would begin a job that so many others are before. */
    Duration waitFor(long jobs) {
        return untilFree().plus(perJob().multipliedBy(jobs));
    }

    /** The least number of jobs behind which one would have to wait longer than that. */
    long jobsWithin(Duration wait) {
        if (untilFree().compareTo(wait) > 0) {
            return 0;
        }
        long nanos = perJob().toNanos();
        return nanos == 0 ? Long.MAX_VALUE : wait.minus(untilFree()).toNanos() / nanos + 1;
    }

    /** What is overdue is expected to take as long again: a job that runs over its time, and an engine that is on its way. */
    private Duration untilFree() {
        if (state.condition() == LaneState.Condition.LOADING) {
            return since;
        }
        if (held == 0) {
            return Duration.ZERO;
        }
        Duration running = run.isZero() ? ran : run.minus(ran).abs();
        return running.plus(perJob().multipliedBy(held - 1L));
    }

    /** Where no job was timed, as long as the first one has run by now. */
    private Duration perJob() {
        return run.isZero() ? ran : run;
    }
}
