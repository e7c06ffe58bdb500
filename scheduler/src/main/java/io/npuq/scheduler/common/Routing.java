package io.npuq.scheduler.common;

import io.npuq.scheduler.LaneState;
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
        boolean takes(InLine job) {
            return widest || promptTokensMax.isEmpty() || job.promptTokens() <= promptTokensMax.getAsInt();
        }
    }

    /** The next job for that lane. */
    <J extends InLine> Optional<Pick<J>> next(Asking asking, Waiting<J> waiting, boolean spilling) {
        if (asking.lane() == Lane.EMBEDDING) {
            return waiting.first(Line.EMBEDDING).map(job -> new Pick<>(job, RouteReason.REQUESTED));
        }
        return asking.role() == LaneState.Role.MAIN ? forMain(asking, waiting) : forFallback(asking, waiting, spilling);
    }

    private static <J extends InLine> Optional<Pick<J>> forMain(Asking asking, Waiting<J> waiting) {
        return LINES_OF_MAIN.stream()
                .map(waiting::first)
                .flatMap(Optional::stream)
                .filter(job -> job.line() != Line.TOO_LONG || asking.takes(job))
                .min(waiting.order())
                .map(job -> new Pick<>(job, onMain(asking.lane(), job)));
    }

    private static RouteReason onMain(Lane lane, InLine job) {
        if (lane == Lane.NPU) {
            return job.device() == DevicePolicy.PREFER_NPU ? RouteReason.WITHIN_LIMIT : RouteReason.REQUESTED;
        }
        return job.device() == DevicePolicy.ANY ? RouteReason.REQUESTED : RouteReason.NPU_UNAVAILABLE;
    }

    private <J extends InLine> Optional<Pick<J>> forFallback(Asking asking, Waiting<J> waiting, boolean spilling) {
        Stream<Pick<J>> tooLong = pick(waiting.first(Line.TOO_LONG), RouteReason.PROMPT_TOO_LONG);
        Optional<RouteReason> away = main.map(MainLane::away).orElse(Optional.of(RouteReason.NPU_UNAVAILABLE));
        Stream<Pick<J>> others = away.isPresent()
                ? Stream.of(Line.PREFER_NPU, Line.ANY).flatMap(line -> pick(waiting.first(line), away.get()))
                : besideMain(main.orElseThrow(), waiting, spilling);
        Predicate<Pick<J>> fits = pick -> asking.takes(pick.job());
        return Stream.concat(tooLong, others).filter(fits).min(Comparator.comparing(Pick::job, waiting.order()));
    }

    private <J extends InLine> Stream<Pick<J>> besideMain(MainLane there, Waiting<J> waiting, boolean spilling) {
        Stream<Pick<J>> anywhere = there.isBusy() || there.state().condition() != LaneState.Condition.SERVING
                ? pick(
                        waiting.first(Line.ANY),
                        there.isBusy() ? RouteReason.NPU_SATURATED : RouteReason.NPU_UNAVAILABLE)
                : Stream.empty();
        Stream<Pick<J>> late = pick(
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
    <J extends InLine> Optional<J> spilled(Waiting<J> waiting, boolean spilling) {
        Duration limit = spilling ? spillAfter.dividedBy(2) : spillAfter;
        return main.filter(there -> there.away().isEmpty())
                .flatMap(there -> waiting.firstBehind(there.jobsWithin(limit)));
    }

    private <J extends InLine> boolean isAtRisk(MainLane there, J job, Waiting<J> waiting) {
        Duration wait = there.waitFor(waiting.countBeforeOnMain(job));
        return now.plus(wait).plus(there.run()).isAfter(job.deadlineAt().orElseThrow());
    }

    private static <J extends InLine> Stream<Pick<J>> pick(Optional<J> job, RouteReason reason) {
        return job.map(row -> new Pick<>(row, reason)).stream();
    }
}
