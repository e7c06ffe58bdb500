package io.npuq.scheduler.audit;

import io.npuq.scheduler.journal.Entry;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows the chain from its first entry, compares it with the checkpoints on the way, and names the first entry that is not what was
 * written. Where two neighbours do not fit each other, the one that the next entry, or a checkpoint, vouches for is the genuine one.
 */
final class ChainWalk {
    private final List<Checkpoint> checkpoints;
    private final List<Checkpoint> believed;
    private final Deque<Checkpoint> ahead;
    private ChainLine last = new ChainLine(0, Entry.FIRST_PREV, Entry.FIRST_PREV, "the beginning");

    /** Does not follow from the last one; judged once the one behind it is seen. */
    private @Nullable ChainLine suspect;

    private @Nullable Checkpoint missed;
    private @Nullable Broken broken;
    private long held;
    private long heldUpTo;
    private long believedUpTo;

    /**
     * A walk along those checkpoints, none of which may be of another log.
     *
     * @param believed those of them that tell, where some hold and some do not, how far the log is genuine
     */
    ChainWalk(List<Checkpoint> checkpoints, List<Checkpoint> believed) {
        this.checkpoints = checkpoints;
        this.believed = believed;
        this.ahead = new ArrayDeque<>(checkpoints.stream()
                .sorted(Comparator.comparingLong(Checkpoint::entries))
                .toList());
        compare();
    }

    /**
     * The next entry.
     *
     * @param fits false when what surrounds it does not follow from what surrounds the one before
     * @return whether to go on
     */
    boolean take(byte[] bytes, Object where, boolean fits) {
        ChainLine line = ChainLine.of(bytes, where).orElse(null);
        if (suspect != null) {
            judge(
                    suspect,
                    line != null
                            && line.number() == suspect.number() + 1
                            && line.prev().equals(suspect.hash()));
        } else if (line == null) {
            broken = Broken.at(last.number() + 1, where, "has not the form of an entry");
        } else if (line.number() != last.number() + 1 || !line.prev().equals(last.hash())) {
            suspect = line;
        } else if (!fits) {
            broken = Broken.at(line.number(), where, "stands in a frame that does not follow from the one before");
        } else if (missed == null) {
            last = line;
            compare();
        } else {
            // The entry behind the one that a checkpoint misses fits it: all of them were written anew.
            return false;
        }
        return broken == null;
    }

    /** What stands where the next entry should is none. */
    void unreadable(Object where, String how) {
        if (suspect == null && broken == null) {
            broken = Broken.at(last.number() + 1, where, "cannot be read: " + how);
        }
    }

    /** What is broken first, once all was taken. */
    Optional<Broken> end() {
        ChainLine pending = suspect;
        if (pending != null && broken == null) {
            judge(
                    pending,
                    checkpoints.stream()
                            .anyMatch(c ->
                                    c.entries() == pending.number() && c.head().equals(pending.hash())));
        }
        Checkpoint wrong = missed;
        if (wrong != null && (broken == null || broken.entry() > wrong.entries())) {
            return Optional.of(rewritten(wrong));
        }
        Checkpoint beyond = ahead.peekLast();
        if (broken == null && beyond != null) {
            return Optional.of(new Broken(
                    last.number() + 1,
                    last.number() + 1,
                    "entry " + (last.number() + 1) + " and those behind it are missing: the log ends with entry "
                            + last.number() + " (" + last.where() + "), and the checkpoint of " + beyond.at()
                            + " says that it had " + beyond.entries()));
        }
        return Optional.ofNullable(broken);
    }

    /** Number of the last entry that follows from all before. */
    long entries() {
        return last.number();
    }

    String head() {
        return last.hash();
    }

    /** How many checkpoints hold. */
    long held() {
        return held;
    }

    /** Up to which entry they prove the log. */
    long heldUpTo() {
        return heldUpTo;
    }

    private void compare() {
        while (missed == null && !ahead.isEmpty() && ahead.getFirst().entries() == last.number()) {
            Checkpoint checkpoint = ahead.removeFirst();
            if (checkpoint.head().equals(last.hash())) {
                held++;
                heldUpTo = last.number();
                believedUpTo = believed.contains(checkpoint) ? last.number() : believedUpTo;
            } else {
                missed = checkpoint;
            }
        }
    }

    private void judge(ChainLine doubtful, boolean genuine) {
        long expected = last.number() + 1;
        if (!genuine) {
            broken = Broken.at(expected, doubtful.where(), "does not follow from the entry before");
        } else if (doubtful.number() > expected) {
            broken = Broken.at(expected, doubtful.where(), "is missing: entry " + doubtful.number() + " stands there");
        } else if (doubtful.number() < expected) {
            broken = Broken.at(
                    doubtful.number(),
                    last.where(),
                    "was put in: another one of that number follows, which the next entry vouches for");
        } else {
            broken = Broken.at(
                    Math.max(1, last.number()),
                    last.where(),
                    "was changed: entry " + expected + ", which is genuine, was written behind another one");
        }
    }

    private Broken rewritten(Checkpoint wrong) {
        long first = believedUpTo + 1;
        String which = first >= wrong.entries()
                ? "entry " + wrong.entries() + " is not what was written"
                : "one of the entries " + first + " to " + wrong.entries() + " is not what was written";
        return new Broken(
                Math.min(first, wrong.entries()),
                wrong.entries(),
                which + ", though each follows from the one before: the checkpoint of " + wrong.at()
                        + " says that entry " + wrong.entries() + " has the hash " + wrong.head());
    }
}
