package io.npuq.scheduler.audit;

import io.npuq.scheduler.journal.Entry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks what can be checked where entries were left out: the order of numbers, neighbours that follow each other, and checkpoints of entries
 * that are there. An unbroken run of neighbours up to a checkpoint is proven; any other entry stands for itself.
 */
final class FilteredWalk {
    private final Map<Long, List<Checkpoint>> checkpoints;
    private @Nullable ChainLine last;
    private @Nullable Broken broken;
    private long entries;
    private long held;
    private long proven;

    /** First entry of the run of neighbours that the last one belongs to, or of the part of it that no checkpoint proves yet. */
    private long runFrom;

    FilteredWalk(List<Checkpoint> checkpoints) {
        this.checkpoints = checkpoints.stream().collect(Collectors.groupingBy(Checkpoint::entries));
    }

    /** The next entry; answers whether to go on. */
    boolean take(byte[] bytes, Object where) {
        ChainLine before = last;
        Optional<ChainLine> read = ChainLine.of(bytes, where);
        if (read.isEmpty()) {
            broken = new Broken(0, 0, where + " has not the form of an entry");
            return false;
        }
        ChainLine line = read.get();
        boolean neighbour = before != null && line.number() == before.number() + 1;
        if (before != null && line.number() <= before.number()) {
            broken = Broken.at(line.number(), where, "stands behind entry " + before.number());
        } else if (before != null && neighbour && !line.prev().equals(before.hash())) {
            broken = new Broken(
                    before.number(),
                    line.number(),
                    "entry " + before.number() + " or entry " + line.number() + " (" + where
                            + ") was changed: the second does not follow from the first");
        }
        runFrom = neighbour ? runFrom : line.number();
        last = line;
        entries++;
        checkpoints.getOrDefault(line.number(), List.of()).forEach(checkpoint -> compare(line, checkpoint));
        return broken == null;
    }

    private void compare(ChainLine line, Checkpoint checkpoint) {
        if (checkpoint.head().equals(line.hash())) {
            held++;
            proven += line.number() - runFrom + 1;
            runFrom = line.number() + 1;
        } else if (broken == null) {
            broken = new Broken(
                    runFrom,
                    line.number(),
                    "of the entries " + runFrom + " to " + line.number()
                            + " one is not what was written: the checkpoint of "
                            + checkpoint.at() + " says that entry " + line.number() + " has the hash "
                            + checkpoint.head());
        }
    }

    Optional<Broken> end() {
        return Optional.ofNullable(broken);
    }

    long entries() {
        return entries;
    }

    String head() {
        return last == null ? Entry.FIRST_PREV : last.hash();
    }

    long held() {
        return held;
    }

    long proven() {
        return proven;
    }
}
