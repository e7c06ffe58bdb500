package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.common.Feed;
import io.npuq.schema.JobId;
import io.npuq.schema.Lane;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The job that is held for the main lane while that runs another one; there is one at most. It stays in line, as any job that waits: the
 * lane begins it or the queue takes it back, whichever comes first. The writer's thread alone holds, takes back and forgets; the lane
 * begins on its own.
 */
final class Ahead {
    /** In the place of the time when it was begun. */
    private static final Instant TAKEN_BACK = Instant.MAX;

    private final SteadyClock clock;
    private final Feed feed;
    private volatile @Nullable Hold hold;

    Ahead(SteadyClock clock, Feed feed) {
        this.clock = clock;
        this.feed = feed;
    }

    private record Hold(Claim claim, AtomicReference<@Nullable Instant> decided) {
        /** Whether it is as this says from now on; false where it was decided before. */
        boolean decide(Instant what) {
            return decided.compareAndSet(null, what);
        }
    }

    /**
     * What a lane has begun.
     *
     * @param claim as the lane has it
     * @param at when
     */
    record Begun(Claim claim, Instant at) {}

    /** Holds that job. Nothing is held. */
    void hold(Claim claim) {
        hold = new Hold(claim, new AtomicReference<>());
    }

    /** What is held, whether it was begun by now or not. */
    Optional<Claim> held() {
        return Optional.ofNullable(hold).map(Hold::claim);
    }

    boolean holds(JobId job) {
        return held().filter(claim -> claim.id().equals(job)).isPresent();
    }

    boolean holdsFor(Lane lane) {
        return held().filter(claim -> claim.lane() == lane).isPresent();
    }

    /** The lane begins it; empty when it was taken back. From any thread. */
    Optional<Claim> begin(Claim claim) {
        Hold now = hold;
        Instant at = clock.now();
        if (now == null || !now.claim().equals(claim) || !now.decide(at)) {
            return Optional.empty();
        }
        feed.begins(claim.id(), claim.attempt());
        return Optional.of(claim.begun(at));
    }

    /** Takes it back, unless it was begun by now, and tells its lane. */
    void takeBack() {
        Hold now = hold;
        if (now != null && now.decide(TAKEN_BACK)) {
            hold = null;
            now.claim().cancel().cancel();
        }
    }

    /** What was begun by now, for the record; it is held no more. */
    Optional<Begun> takeBegun() {
        Hold now = hold;
        Instant at = now == null ? null : now.decided().get();
        if (now == null || at == null) {
            return Optional.empty();
        }
        hold = null;
        return Optional.of(new Begun(now.claim().begun(at), at));
    }
}
