package io.npuq.scheduler.postgres;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this host's lease, and looks who else is there. On a thread of its own, so that no work holds it up. */
final class HostKeeper {
    /** Who is not heard of for so long is given up. With {@link #BEAT_EVERY} and a look of the others, a host's jobs run elsewhere within 5 s. */
    static final Duration LEASE = Duration.ofSeconds(3);

    static final Duration BEAT_EVERY = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(HostKeeper.class);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final Jdbi jdbi;
    private final StoreClock clock;
    private final Supplier<List<Announced>> lanes;
    private final IntConsumer beaten;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "queue-heartbeat");
        made.setDaemon(true);
        return made;
    });
    private volatile HostTable.@Nullable Joined host;
    private Runnable lost = () -> {};
    private volatile List<HostTable.Other> others = List.of();
    private volatile long steadySinceNanos = Long.MAX_VALUE;

    /**
     * A keeper of no host yet.
     *
     * @param lanes what this host has
     * @param beaten told this host's number after each heartbeat
     */
    HostKeeper(Jdbi jdbi, StoreClock clock, Supplier<List<Announced>> lanes, IntConsumer beaten) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.lanes = lanes;
        this.beaten = beaten;
    }

    /** Told when the others have given this host up. To be said before the start. */
    void onLost(Runnable told) {
        lost = told;
    }

    void start() {
        var unused = thread.scheduleWithFixedDelay(this::beat, 0, BEAT_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The host has joined. */
    void joined(HostTable.Joined now) {
        host = now;
        steadySinceNanos = System.nanoTime();
    }

    /** The other hosts that live, as of the last heartbeat. */
    List<HostTable.Other> others() {
        return others;
    }

    /** Whether another host has an NPU that takes jobs. */
    boolean otherHasNpu() {
        return others.stream().anyMatch(other -> Announced.anyNpu(Announced.read(other.lanes())));
    }

    /**
     * Whether this host may give others up: not before it has itself seen the store without a gap for as long as a lease lasts. So when the
     * store was gone for all, all have time to come back.
     */
    boolean mayFence() {
        return System.nanoTime() - steadySinceNanos > LEASE.plus(BEAT_EVERY).toNanos();
    }

    void stop() throws InterruptedException {
        thread.shutdown();
        if (!thread.awaitTermination(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            LOG.warn("a heartbeat takes more than {} s; it is left behind", STOP_PATIENCE.toSeconds());
        }
        HostTable.Joined left = host;
        if (left == null) {
            return;
        }
        try {
            int unused = jdbi.withHandle(handle -> HostTable.leave(handle, left));
        } catch (RuntimeException e) {
            LOG.warn(
                    "the store was not told that this host stops ({}); it finds out in {} s",
                    StoreFailure.message(e),
                    LEASE.toSeconds());
        }
    }

    private void beat() {
        HostTable.Joined known = host;
        if (known == null) {
            return;
        }
        try {
            jdbi.useHandle(handle -> beat(handle, known));
        } catch (RuntimeException e) {
            steadySinceNanos = Long.MAX_VALUE;
            LOG.debug("no heartbeat: {}", StoreFailure.message(e));
        }
    }

    private void beat(Handle handle, HostTable.Joined known) {
        Optional<Instant> at = HostTable.beat(handle, known, LEASE, JobRowMapper.json(lanes.get()));
        if (at.isEmpty()) {
            lost.run();
            return;
        }
        clock.draw(at.get());
        others = HostTable.others(handle, known.id());
        if (steadySinceNanos == Long.MAX_VALUE) {
            steadySinceNanos = System.nanoTime();
        }
        beaten.accept(known.id());
    }
}
