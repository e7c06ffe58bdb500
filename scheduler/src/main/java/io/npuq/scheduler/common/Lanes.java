package io.npuq.scheduler.common;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.LaneState;
import io.npuq.scheduler.PromptCounter;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the queue knows of its lanes, and so which of them a job waits for. On the writer's thread; {@link #states}, {@link #waiting} and
 * {@link #promptTokens} on any.
 */
public final class Lanes<J extends InLine> {
    /** Jobs that a take puts into another line at most, after limits have changed; the next one goes on. */
    private static final int REFILED_AT_ONCE = 64;

    private static final CompletionStage<OptionalInt> UNCOUNTED = CompletableFuture.completedStage(OptionalInt.empty());

    private final Waiting<J> jobs;
    private final Refiling<J> refiling;
    private final Pace pace;
    private final Supplier<Instant> clock;
    private final Duration spillAfter;
    private final Map<Lane, Instant> since = new EnumMap<>(Lane.class);
    private volatile Map<Lane, LaneState> states = Map.of();
    private volatile Optional<PromptCounter> counter = Optional.empty();
    private boolean spilling;

    /**
     * Knows of no lane yet.
     *
     * @param spillAfter how long a job may have to wait for the main lane before another one takes it
     */
    public Lanes(Waiting<J> jobs, Refiling<J> refiling, Pace pace, Supplier<Instant> clock, Duration spillAfter) {
        this.jobs = jobs;
        this.refiling = refiling;
        this.pace = pace;
        this.clock = clock;
        this.spillAfter = spillAfter;
    }

    /** Puts a job that is in line into the line of those that the main lane does not take, or out of it. */
    @FunctionalInterface
    public interface Refiling<J> {
        /** Does so. */
        void refile(J job, boolean tooLong);
    }

    /** How they are, by their own word. */
    public Map<Lane, LaneState> states() {
        return states;
    }

    /** How many jobs stand in the line of which lane. Before any lane has told that it is there, nobody has a line. */
    public Map<Lane, Long> waiting() {
        Map<Lane, Long> waiting = new EnumMap<>(Lane.class);
        for (Line line : Line.values()) {
            long inLine = jobs.inLine(line);
            if (inLine > 0) {
                lane(line).ifPresent(lane -> waiting.merge(lane, inLine, Long::sum));
            }
        }
        return waiting;
    }

    private Optional<Lane> lane(Line line) {
        return switch (line) {
            case NPU -> Optional.of(Lane.NPU);
            case EMBEDDING -> Optional.of(Lane.EMBEDDING);
            case PREFER_NPU, ANY -> mainLane();
            case TOO_LONG -> fallbackLane().or(this::mainLane);
        };
    }

    /** The one that comes first where there are several. */
    private Optional<Lane> fallbackLane() {
        return states.entrySet().stream()
                .filter(lane -> lane.getValue().role() == LaneState.Role.FALLBACK)
                .map(Map.Entry::getKey)
                .filter(lane -> lane != Lane.EMBEDDING)
                .min(Comparator.naturalOrder());
    }

    /** A lane tells how it is. */
    public void tell(Lane lane, LaneState state) {
        Map<Lane, LaneState> next = new EnumMap<>(Lane.class);
        next.putAll(states);
        LaneState before = next.put(lane, state);
        if (before == null || before.condition() != state.condition()) {
            since.put(lane, clock.get());
        }
        if (state.role() == LaneState.Role.MAIN) {
            next.entrySet()
                    .removeIf(
                            other -> other.getKey() != lane && other.getValue().role() == LaneState.Role.MAIN);
        }
        states = Map.copyOf(next);
        counter = next.values().stream()
                .filter(told -> told.counter().isPresent())
                .min(Comparator.comparing(LaneState::role))
                .flatMap(LaneState::counter);
    }

    /** Those lanes as they are served: the main lane has the first pick. */
    public List<Lane> inTurn(Collection<Lane> lanes) {
        return lanes.stream()
                .sorted(Comparator.comparing(lane -> role(lane) != LaneState.Role.MAIN))
                .toList();
    }

    /**
     * The next job for that lane, and why.
     *
     * @param held what all lanes hold
     */
    public Optional<Pick<J>> next(Lane lane, Collection<Claim> held) {
        LaneState state = states.get(lane);
        if (state != null && state.condition() != LaneState.Condition.SERVING) {
            // Its engine was lost while it waited here.
            return Optional.empty();
        }
        refile();
        Routing routing = new Routing(main(held), spillAfter, clock.get());
        Optional<Pick<J>> pick = routing.next(asking(lane), jobs, spilling);
        if (role(lane) == LaneState.Role.FALLBACK) {
            spilling = routing.spilled(jobs, spilling).isPresent();
        }
        return pick;
    }

    /** Whether that is the main lane, by its own word. */
    public boolean isMain(Lane lane) {
        return mainLane().filter(main -> main == lane).isPresent();
    }

    /** Counts prompts as a lane does that has its model loaded, the main one before others; from any thread. */
    public CompletionStage<OptionalInt> promptTokens(JobRequest request) {
        return counter.map(able -> able.promptTokens(request)).orElse(UNCOUNTED);
    }

    /** Whether the main lane does not take a prompt of so many tokens. */
    public boolean tooLongForMain(int promptTokens) {
        return !takes(mainState(), promptTokens);
    }

    /**
     * The longest prompt that any lane takes that may run a job of this policy, now or after a restart; empty without such a limit.
     */
    public OptionalInt promptTokensMax(DevicePolicy device) {
        List<LaneState> able = device == DevicePolicy.NPU
                ? mainState().stream().toList()
                : states.entrySet().stream()
                        .filter(lane -> lane.getKey() != Lane.EMBEDDING)
                        .map(Map.Entry::getValue)
                        .toList();
        boolean unlimited =
                able.stream().anyMatch(state -> state.promptTokensMax().isEmpty());
        return unlimited
                ? OptionalInt.empty()
                : able.stream()
                        .mapToInt(state -> state.promptTokensMax().getAsInt())
                        .max();
    }

    /** How many lanes may share in the jobs before one of this policy whose deadline is near; at least one. */
    public int serving(DevicePolicy device) {
        long serving = states.entrySet().stream()
                .filter(lane -> lane.getKey() != Lane.EMBEDDING)
                .filter(lane -> lane.getValue().condition() == LaneState.Condition.SERVING)
                .count();
        return device == DevicePolicy.NPU ? 1 : (int) Math.max(1, serving);
    }

    private Routing.Asking asking(Lane lane) {
        LaneState state = states.get(lane);
        OptionalInt own = state == null ? OptionalInt.empty() : state.promptTokensMax();
        boolean widest = own.isPresent() && own.equals(promptTokensMax(DevicePolicy.ANY));
        return new Routing.Asking(lane, role(lane), own, widest);
    }

    private LaneState.Role role(Lane lane) {
        LaneState state = states.get(lane);
        if (state != null) {
            return state.role();
        }
        return mainState().isPresent() ? LaneState.Role.FALLBACK : LaneState.Role.MAIN;
    }

    private Optional<Lane> mainLane() {
        return states.entrySet().stream()
                .filter(lane -> lane.getValue().role() == LaneState.Role.MAIN)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private Optional<LaneState> mainState() {
        return mainLane().map(states::get);
    }

    private Optional<MainLane> main(Collection<Claim> held) {
        Instant now = clock.get();
        return mainLane().map(lane -> {
            List<Duration> ran = held.stream()
                    .filter(claim -> claim.lane() == lane)
                    .map(claim -> Duration.between(claimedAt(claim), now))
                    .toList();
            return new MainLane(
                    lane,
                    mainState().orElseThrow(),
                    Duration.between(since.getOrDefault(lane, now), now),
                    ran.size(),
                    ran.stream().max(Comparator.naturalOrder()).orElse(Duration.ZERO),
                    pace.runTime(lane));
        });
    }

    private static Instant claimedAt(Claim claim) {
        return claim.acceptedAt().plusNanos((long) (claim.queueWaitMs() * 1e6));
    }

    /** What the main lane takes may have changed since jobs were put in line: the first of each line show it. */
    private void refile() {
        for (int i = 0; i < REFILED_AT_ONCE; i++) {
            Optional<J> misfiled = Stream.of(Line.PREFER_NPU, Line.ANY, Line.TOO_LONG)
                    .map(jobs::first)
                    .flatMap(Optional::stream)
                    .filter(job -> job.promptTokens() > 0 && job.tooLong() != tooLongForMain(job.promptTokens()))
                    .findFirst();
            if (misfiled.isEmpty()) {
                return;
            }
            refiling.refile(misfiled.get(), !misfiled.get().tooLong());
        }
    }

    private static boolean takes(Optional<LaneState> state, int promptTokens) {
        return state.map(known -> known.takes(promptTokens)).orElse(true);
    }
}
