package io.npuq.scheduler.embedded;

import io.npuq.scheduler.LaneState;
import io.npuq.scheduler.index.IndexLook;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.index.Line;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.Lane;
import io.npuq.schema.RouteReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The next job for a lane, and why. Looks at the heads of a few lines, whatever waits behind them; changes nothing. The rules are drawn
 * up in docs/routing.md.
 *
 * @param main the main lane; empty where there is none
 * @param spillAfter how long a job may have to wait for the main lane before another one takes it
 * @param now the time
 */
record Routing(Optional<MainLane> main, Duration spillAfter, Instant now) {
    /** Of the earliest deadlines so many are looked at, for jobs that the main lane would begin too late. */
    private static final int DEADLINES_LOOKED_AT = 16;

    private static final List<Line> LINES_OF_MAIN = List.of(Line.NPU, Line.PREFER_NPU, Line.ANY, Line.TOO_LONG);

    /**
     * A lane that asks for a job.
     *
     * @param lane which
     * @param role what it is there for
     * @param promptTokensMax the longest prompt that it takes
     * @param widest whether no other lane takes longer ones
     */
    record Asking(Lane lane, LaneState.Role role, OptionalInt promptTokensMax, boolean widest) {
        /** A prompt that is too long for all of them is handed out all the same: the engine says so with both numbers. */
        boolean takes(JobRow job) {
            return widest || promptTokensMax.isEmpty() || job.promptTokens() <= promptTokensMax.getAsInt();
        }
    }

    /** A job for a lane, and why. */
    record Pick(JobRow job, RouteReason reason) {}

    /** The next job for that lane. */
    Optional<Pick> next(Asking asking, IndexLook waiting, boolean spilling) {
        if (asking.lane() == Lane.EMBEDDING) {
            return waiting.first(Line.EMBEDDING).map(job -> new Pick(job, RouteReason.REQUESTED));
        }
        return asking.role() == LaneState.Role.MAIN ? forMain(asking, waiting) : forFallback(asking, waiting, spilling);
    }

    private static Optional<Pick> forMain(Asking asking, IndexLook waiting) {
        return LINES_OF_MAIN.stream()
                .map(waiting::first)
                .flatMap(Optional::stream)
                .filter(job -> job.line() != Line.TOO_LONG || asking.takes(job))
                .min(JobRow.IN_ORDER)
                .map(job -> new Pick(job, onMain(asking.lane(), job)));
    }

    private static RouteReason onMain(Lane lane, JobRow job) {
        if (lane == Lane.NPU) {
            return job.device() == DevicePolicy.PREFER_NPU ? RouteReason.WITHIN_LIMIT : RouteReason.REQUESTED;
        }
        return job.device() == DevicePolicy.ANY ? RouteReason.REQUESTED : RouteReason.NPU_UNAVAILABLE;
    }

    private Optional<Pick> forFallback(Asking asking, IndexLook waiting, boolean spilling) {
        Stream<Pick> tooLong = pick(waiting.first(Line.TOO_LONG), RouteReason.PROMPT_TOO_LONG);
        Optional<RouteReason> away = main.map(MainLane::away).orElse(Optional.of(RouteReason.NPU_UNAVAILABLE));
        Stream<Pick> others = away.isPresent()
                ? Stream.of(Line.PREFER_NPU, Line.ANY).flatMap(line -> pick(waiting.first(line), away.get()))
                : besideMain(main.orElseThrow(), waiting, spilling);
        Predicate<Pick> fits = pick -> asking.takes(pick.job());
        return Stream.concat(tooLong, others).filter(fits).min(Comparator.comparing(Pick::job, JobRow.IN_ORDER));
    }

    private Stream<Pick> besideMain(MainLane there, IndexLook waiting, boolean spilling) {
        Stream<Pick> anywhere = there.isBusy() || there.state().condition() != LaneState.Condition.SERVING
                ? pick(
                        waiting.first(Line.ANY),
                        there.isBusy() ? RouteReason.NPU_SATURATED : RouteReason.NPU_UNAVAILABLE)
                : Stream.empty();
        Stream<Pick> late = pick(
                waiting.mostUrgent(DEADLINES_LOOKED_AT).stream()
                        .filter(job -> isAtRisk(there, job, waiting))
                        .findFirst(),
                RouteReason.DEADLINE_AT_RISK);
        return Stream.of(anywhere, late, pick(spilled(waiting, spilling), RouteReason.SPILL))
                .flatMap(picks -> picks);
    }

    /**
     * The first job that the main lane would begin too late. Once it has come to that, it goes on until there is none that has to wait half
     * as long, so that the lanes do not change their minds with every job.
     */
    Optional<JobRow> spilled(IndexLook waiting, boolean spilling) {
        Duration limit = spilling ? spillAfter.dividedBy(2) : spillAfter;
        return main.filter(there -> there.away().isEmpty())
                .flatMap(there -> waiting.firstBehind(there.jobsWithin(limit)));
    }

    private boolean isAtRisk(MainLane there, JobRow job, IndexLook waiting) {
        Duration wait = there.waitFor(waiting.countBeforeOnMain(job));
        return now.plus(wait).plus(there.run()).isAfter(job.deadlineAt().orElseThrow());
    }

    private static Stream<Pick> pick(Optional<JobRow> job, RouteReason reason) {
        return job.map(row -> new Pick(row, reason)).stream();
    }
}
