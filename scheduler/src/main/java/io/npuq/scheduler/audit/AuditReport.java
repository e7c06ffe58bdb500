package io.npuq.scheduler.audit;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the check of a request log found.
 *
 * @param entries how many entries were looked at
 * @param proven how many of them a checkpoint proves
 * @param head hash of the last entry, hexadecimal
 * @param keys the keys whose signatures counted
 * @param checkpoints how many checkpoints hold
 * @param unvouched how many are signed by keys that the given one does not vouch for; they did not count
 * @param newestCheckpoint the one that goes farthest; null when there is none
 * @param unfinished whether an unfinished write follows, which nobody was told of
 * @param filtered whether entries may be missing on purpose, so that nothing can be said of the whole
 * @param firstBroken what is broken first; null when nothing is
 */
public record AuditReport(
        long entries,
        long proven,
        String head,
        List<VerifierKey> keys,
        long checkpoints,
        long unvouched,
        @Nullable Checkpoint newestCheckpoint,
        boolean unfinished,
        boolean filtered,
        @Nullable Broken firstBroken) {
    /** The same, of which that is broken; null when nothing is. */
    AuditReport with(@Nullable Broken found) {
        return new AuditReport(
                entries, proven, head, keys, checkpoints, unvouched, newestCheckpoint, unfinished, filtered, found);
    }

    /** The checkpoint that goes farthest. */
    public Optional<Checkpoint> newest() {
        return Optional.ofNullable(newestCheckpoint);
    }

    /** What is broken first; empty when nothing is. */
    public Optional<Broken> broken() {
        return Optional.ofNullable(firstBroken);
    }
}
