package io.npuq.scheduler.postgres;

import io.npuq.scheduler.Claim;
import io.npuq.schema.Lane;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** The lanes of this host that wait for a job. On the writer's thread. */
final class Takers {
    private final Map<Lane, Deque<Taker>> waiting = new EnumMap<>(Lane.class);
    private final Set<Lane> stopped = EnumSet.noneOf(Lane.class);
    private final Attempts attempts;

    Takers(Attempts attempts) {
        this.attempts = attempts;
    }

    /**
     * A lane that wants a job.
     *
     * @param ahead whether it may be running one: then it waits until that has ended
     */
    record Taker(Lane lane, boolean ahead, CompletableFuture<Optional<Claim>> claim) {}

    /** One more waits; told again where its transaction did not come to its end. */
    boolean add(Taker taker) {
        Deque<Taker> those = waiting.computeIfAbsent(taker.lane(), lane -> new ArrayDeque<>());
        if (stopped.contains(taker.lane())) {
            taker.claim().complete(Optional.empty());
        } else if (!those.contains(taker)) {
            those.add(taker);
        }
        return true;
    }

    /** That lane gets nothing more. */
    boolean stop(Lane lane) {
        stopped.add(lane);
        dismiss(lane);
        return true;
    }

    void dismissAll() {
        List.of(Lane.values()).forEach(this::dismiss);
    }

    private void dismiss(Lane lane) {
        Deque<Taker> those = waiting.remove(lane);
        if (those != null) {
            those.forEach(taker -> taker.claim().complete(Optional.empty()));
        }
    }

    boolean anyWaits() {
        return waiting.values().stream().anyMatch(those -> !those.isEmpty());
    }

    /** Hands jobs to those that wait, as far as there are any. */
    void serve(Tx tx) {
        for (Lane lane : attempts.inTurn(List.copyOf(waiting.keySet()))) {
            Deque<Taker> those = waiting.getOrDefault(lane, new ArrayDeque<>());
            for (Taker taker : List.copyOf(those)) {
                Optional<Claim> claim =
                        taker.ahead() && attempts.runs(tx, lane) ? Optional.empty() : attempts.claim(tx, lane);
                if (claim.isEmpty()) {
                    break;
                }
                tx.afterCommit(() -> {
                    boolean unused = those.remove(taker);
                    taker.claim().complete(claim);
                });
            }
        }
    }
}
