package io.npuq.scheduler.postgres;

import io.npuq.scheduler.journal.Change;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobError;
import io.npuq.schema.JobState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the logs of all hosts say of one job, and whether it can have been so: one beginning, at most one end, attempts numbered without a
 * gap, each but the last given up, and an end by the host that held the last one. Hosts' clocks play no part in it.
 */
final class JobStory {
    /** Whoever finds such a job may end it, wherever its last attempt ran. */
    private static final Set<ErrorCode> ENDED_BY_ANYONE =
            Set.of(ErrorCode.CANCELLED, ErrorCode.EXPIRED, ErrorCode.ATTEMPTS_EXHAUSTED);

    private final List<Told> told;
    private final Map<Integer, Told> starts = new HashMap<>();
    private final Set<Integer> givenUp = new HashSet<>();
    private final Map<Integer, Long> reached = new HashMap<>();
    private @Nullable Told beginning;
    private @Nullable Told end;
    private int before;
    private boolean endedBefore;

    /** One job's story by its entries, those of a host in their order. */
    JobStory(List<Told> told) {
        this.told = List.copyOf(told);
    }

    /**
     * An entry.
     *
     * @param host who wrote it
     * @param seq its number in the log of that host
     * @param change what it says
     */
    record Told(int host, long seq, Change change) {
        @Override
        public String toString() {
            return "entry " + seq + " of host " + host;
        }
    }

    /** What cannot have been so; empty when all can. */
    Optional<String> wrong() {
        for (Told one : told) {
            Optional<String> wrong = take(one);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        if (beginning == null) {
            return Optional.of("it was never submitted, yet there is " + told.get(0));
        }
        if (endedBefore && told.size() > 1) {
            return Optional.of("it had ended before it was moved here, yet there is " + told.get(1));
        }
        int last = before + starts.size();
        for (int attempt = before + 1; attempt <= last; attempt++) {
            if (!starts.containsKey(attempt)) {
                return Optional.of("attempt " + attempt + " is missing, though " + starts.size() + " began");
            }
            if (attempt < last && !givenUp.contains(attempt)) {
                return Optional.of("attempt " + (attempt + 1) + " began (" + starts.get(attempt + 1)
                        + ") though attempt " + attempt + " was not given up");
            }
        }
        for (int attempt : givenUp) {
            if (attempt > last || attempt < 1) {
                return Optional.of("attempt " + attempt + " was given up, and never began");
            }
        }
        return end == null ? Optional.empty() : wrongEnd(end, (Change.Ended) end.change(), last);
    }

    private Optional<String> take(Told one) {
        Change change = one.change();
        if (change instanceof Change.Submitted) {
            return begins(one, 0);
        }
        if (change instanceof Change.Moved moved) {
            endedBefore = moved.state().isFinal();
            return begins(one, moved.attempt());
        }
        if (change instanceof Change.Started started) {
            Told other = starts.put(started.attempt(), one);
            return other == null
                    ? inOrder(one, 2L * started.attempt())
                    : Optional.of("attempt " + started.attempt() + " began twice: " + other + " and " + one);
        }
        if (change instanceof Change.Recovered recovered) {
            return givenUp.add(recovered.attempt())
                    ? inOrder(one, 2L * recovered.attempt() + 1)
                    : Optional.of("attempt " + recovered.attempt() + " was given up twice, the second time by " + one);
        }
        if (change instanceof Change.Ended) {
            Told other = end;
            end = one;
            return other == null
                    ? inOrder(one, Long.MAX_VALUE)
                    : Optional.of("it ended twice: " + other + " and " + one);
        }
        return Optional.empty();
    }

    private Optional<String> begins(Told one, int attemptsBefore) {
        Told other = beginning;
        beginning = one;
        before = attemptsBefore;
        return other == null ? inOrder(one, 0) : Optional.of("it was submitted twice: " + other + " and " + one);
    }

    /** What one host writes of a job comes in the order of the job's life. */
    private Optional<String> inOrder(Told one, long place) {
        Long former = reached.put(one.host(), place);
        return former == null || former < place
                ? Optional.empty()
                : Optional.of(one + " comes behind what comes later in a job's life");
    }

    private Optional<String> wrongEnd(Told ending, Change.Ended ended, int last) {
        if (ended.attempt() != last) {
            return Optional.of(ending + " ends attempt " + ended.attempt() + ", though the last one is " + last);
        }
        JobError error = ended.error();
        boolean byAnyone = error != null && ENDED_BY_ANYONE.contains(error.code()) && ended.evidence() == null;
        if (byAnyone) {
            return Optional.empty();
        }
        Told holder = last == before ? beginning : starts.get(last);
        if (last > before && givenUp.contains(last)) {
            return Optional.of(ending + " ends attempt " + last + ", which was given up before");
        }
        if (holder != null && holder.host() != ending.host()) {
            return Optional.of(ending + " ends attempt " + last + ", which host " + holder.host() + " held");
        }
        return last == 0 && ended.state() != JobState.SUCCEEDED
                ? Optional.of(ending + " ends what never began")
                : Optional.empty();
    }
}
