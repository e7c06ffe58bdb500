package io.npuq.scheduler.index;

import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.Position;
import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import org.h2.mvstore.MVStoreException;

/**
 * The index over the journal. {@link #apply} is the only way in, for entries just written and for entries read again at start, so both
 * lead to the same rows. One thread applies; any thread reads, through {@link #look}.
 *
 * <p>What a reader sees may not be on disk yet: {@link JobRow#changed} tells which entry must be.
 */
public final class JobIndex {
    /** Counts the changes of what is kept here, and how. */
    static final int VERSION = 5;

    private final IndexFile.Maps maps;
    private final QueueCounts counts;
    private final IndexLook look;
    private long applied;
    private boolean paused;

    JobIndex(IndexFile.Maps maps, QueueCounts counts, long applied, boolean paused) {
        this.maps = maps;
        this.counts = counts;
        this.look = new IndexLook(maps);
        this.applied = applied;
        this.paused = paused;
    }

    /** Takes over what an entry says. A row that is not as the entry wants it is a bug, or a damaged index: it throws. */
    public void apply(Entry entry, Position position) {
        try {
            change(entry, position);
        } catch (MVStoreException e) {
            throw new IndexException("the index cannot take over entry " + entry.seq() + ": " + e.getMessage(), e);
        }
        applied = entry.seq();
    }

    /** Number of the last entry that was taken over. */
    public long appliedSeq() {
        return applied;
    }

    /** Whether nothing may start. */
    public boolean isPaused() {
        return paused;
    }

    /** How many jobs stand where. */
    public QueueCounts counts() {
        return counts;
    }

    /** What can be asked. */
    public IndexLook look() {
        return look;
    }

    /** Puts a job whose time has come in line. */
    public void release(Moment delayed) {
        maps.delayed().remove(delayed);
        JobRow row = look.row(delayed.seq());
        maps.order(row.line()).put(row.place(), Present.YES);
    }

    /** Puts a job that is in line into the line of those that the main lane does not take, or out of it. */
    public void refile(JobRow row, boolean tooLong) {
        JobRow moved = row.withTooLong(tooLong);
        maps.order(row.line()).remove(row.place());
        maps.jobs().put(moved.seq(), moved);
        maps.order(moved.line()).put(moved.place(), Present.YES);
    }

    /** Notes that the texts of that ended job are erased. */
    public void forgetTexts(JobRow ended) {
        Kept kept = maps.kept().remove(Moment.of(ended.finishedAt().orElseThrow(), ended.seq()));
        if (kept != null) {
            addText(ended.submitted().segment(), kept.input() ? -1 : 0);
            addText(ended.ended().orElseThrow().segment(), kept.output() ? -1 : 0);
        }
    }

    /** Notes that a segment's texts are all gone, and its file with them. */
    public void forgetSegment(int segment) {
        maps.texts().remove((long) segment);
    }

    /** Forgets that use of an idempotency key; a later use of the same key stays. */
    public void forgetKey(Moment used) {
        Digest key = maps.keyAges().remove(used);
        Remembered latest = key == null ? null : maps.keys().get(key);
        if (latest != null && latest.seq() == used.seq()) {
            maps.keys().remove(key);
        }
    }

    private void change(Entry entry, Position position) {
        JobId job = entry.job();
        if (job != null) {
            apply(entry, JobKey.seqOf(job), job, position);
        } else if (entry.change() instanceof Change.Paused) {
            paused = true;
        } else if (entry.change() instanceof Change.Resumed) {
            paused = false;
        }
    }

    private void apply(Entry entry, long seq, JobId job, Position position) {
        Change change = entry.change();
        if (change instanceof Change.Submitted submitted) {
            add(JobRow.submitted(entry, job, submitted, position), submitted);
            return;
        }
        JobRow row = look.bySeq(seq)
                .filter(found -> found.id().equals(job))
                .orElseThrow(() -> new IndexException(
                        "entry " + entry.seq() + " is about " + job + ", which was never submitted"));
        try {
            if (change instanceof Change.Held) {
                // The job waits as before; who holds it is known only to the process that does.
                return;
            }
            if (change instanceof Change.Started started) {
                move(row, row.started(entry, started));
                counts.routed(started.route());
            } else if (change instanceof Change.CancelAsked) {
                maps.jobs().put(seq, row.cancelAsked(entry));
            } else if (change instanceof Change.Recovered recovered) {
                move(row, row.recovered(entry, recovered));
            } else if (change instanceof Change.Ended ended) {
                end(row, row.ended(entry, ended, position), ended);
            }
        } catch (IllegalStateException e) {
            throw new IndexException("entry " + entry.seq() + " of the journal does not fit what went before", e);
        }
    }

    private void add(JobRow row, Change.Submitted submitted) {
        maps.jobs().put(row.seq(), row);
        maps.states().put(stateKey(row), Present.YES);
        counts.added(row);
        enter(row);
        addText(row.submitted().segment(), 1);
        Change.Idempotency idempotency = submitted.idempotency();
        if (idempotency != null) {
            Digest key = Digest.ofHex(idempotency.key());
            maps.keys().put(key, new Remembered(Digest.ofHex(idempotency.request()), row.seq()));
            maps.keyAges().put(Moment.of(row.createdAt(), row.seq()), key);
        }
    }

    private void move(JobRow from, JobRow to) {
        leave(from);
        maps.jobs().put(to.seq(), to);
        maps.states().remove(stateKey(from));
        maps.states().put(stateKey(to), Present.YES);
        counts.moved(from, to);
        enter(to);
    }

    private void end(JobRow from, JobRow to, Change.Ended change) {
        move(from, to);
        Kept kept = new Kept(Boolean.TRUE.equals(change.keepsInput()), change.output() != null);
        addText(to.submitted().segment(), kept.input() ? 0 : -1);
        addText(to.ended().orElseThrow().segment(), kept.output() ? 1 : 0);
        if (kept.input() || kept.output()) {
            maps.kept().put(Moment.of(to.finishedAt().orElseThrow(), to.seq()), kept);
        }
    }

    /** A job that waits has a place in line, or a time from which on it has one; and its deadline is watched. */
    private void enter(JobRow row) {
        if (row.state() == JobState.QUEUED) {
            row.notBefore()
                    .ifPresentOrElse(
                            at -> maps.delayed().put(Moment.of(at, row.seq()), Present.YES),
                            () -> maps.order(row.line()).put(row.place(), Present.YES));
            row.deadlineAt().ifPresent(at -> maps.deadlines().put(Moment.of(at, row.seq()), Present.YES));
        }
    }

    private void leave(JobRow row) {
        if (row.state() == JobState.QUEUED) {
            maps.order(row.line()).remove(row.place());
            row.notBefore().ifPresent(at -> maps.delayed().remove(Moment.of(at, row.seq())));
            row.deadlineAt().ifPresent(at -> maps.deadlines().remove(Moment.of(at, row.seq())));
        }
    }

    private void addText(long segment, int count) {
        if (count != 0) {
            maps.texts().merge(segment, (long) count, Long::sum);
        }
    }

    private static long stateKey(JobRow row) {
        return IndexLook.stateKey(row.state(), row.seq());
    }
}
