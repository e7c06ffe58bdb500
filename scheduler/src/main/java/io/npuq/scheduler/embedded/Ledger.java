package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.index.JobIndex;
import io.npuq.scheduler.index.JobKey;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.BodyRef;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Journal;
import io.npuq.scheduler.journal.SealedBatch;
import io.npuq.scheduler.journal.StoredTexts;
import io.npuq.schema.JobId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches of changes on their way to disk: staged in the journal, applied to the index, and not yet true. {@link #seal} ends a batch, and
 * what it returns makes it true, in this order: journal written and synced, texts erased, readers let go on, the observer told and callers
 * answered. That may happen beside the staging of the next batch. A crash between two steps is made good at the next start by applying the journal's
 * entries again.
 */
final class Ledger {
    private final Journal journal;
    private final StoredTexts texts;
    private final JobIndex index;
    private final Durable durable;
    private final Observed observed;
    private List<Runnable> afterCommit = new ArrayList<>();
    private List<Erasure> erasures = new ArrayList<>();
    private List<Integer> drops = new ArrayList<>();
    private List<Erasure> later = new ArrayList<>();

    /** The last entry of the batch that was sealed last. */
    private long sealedSeq;

    Ledger(Journal journal, StoredTexts texts, JobIndex index, Durable durable, Observed observed) {
        this.journal = journal;
        this.texts = texts;
        this.index = index;
        this.durable = durable;
        this.observed = observed;
        this.sealedSeq = journal.seq();
        durable.advance(sealedSeq);
    }

    /** A text that goes when the batch is on disk. */
    private record Erasure(int segment, long at, int bytes) {}

    JobIndex index() {
        return index;
    }

    /** Stages a text; the entry that names it must be staged next. */
    BodyRef stage(Body text) throws IOException {
        awaitTurn();
        return journal.stage(text);
    }

    /** Records a new job under a new id. Its text must be staged just before: the id carries the number of the entry. */
    JobRow open(Instant at, Change.Submitted change) throws IOException {
        return record(at, JobKey.mint(at, journal.seq() + 1), change);
    }

    /** Records what happened to a job; its row from then on. */
    JobRow record(Instant at, JobId job, Change change) throws IOException {
        awaitTurn();
        Journal.Staged staged = journal.stage(at, job, change);
        index.apply(staged.entry(), staged.position());
        JobRow row = index.look()
                .bySeq(JobKey.seqOf(job))
                .orElseThrow(() -> new IllegalStateException(job + " is not in the index"));
        observed.of(at, row, change).ifPresent(this::afterCommit);
        return row;
    }

    /** Notes that a submission was refused, which is on no record. */
    void refused(Refusal reason) {
        observed.of(reason).ifPresent(this::afterCommit);
    }

    /** Records what happened to the queue as a whole. */
    void record(Instant at, Change change) throws IOException {
        awaitTurn();
        Journal.Staged staged = journal.stage(at, null, change);
        index.apply(staged.entry(), staged.position());
    }

    /**
     * Erases the job's input with the next commit; one that lies in the batch under way, with the one after: a text of the last batch on
     * disk must stay whole, for by it a start knows whether that batch was finished.
     */
    void eraseInput(JobRow row) {
        Erasure erasure = new Erasure(row.submitted().segment(), row.inputAt(), row.inputBytes());
        (row.seq() > sealedSeq ? later : erasures).add(erasure);
    }

    /** Erases a text of an earlier batch with the next commit. */
    void erase(int segment, long at, int bytes) {
        erasures.add(new Erasure(segment, at, bytes));
    }

    /** Whether texts wait for a next batch to be erased with. */
    boolean wantsToErase() {
        return !erasures.isEmpty();
    }

    /** Runs once all that is recorded so far is on disk. */
    void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    /** Removes the texts of a segment, of which none is left, with the next commit: what ended them may not be on disk before. */
    void drop(int segment) {
        drops.add(segment);
    }

    /** Whether that entry is on disk. */
    boolean isOnDisk(long seq) {
        return durable.isOnDisk(seq);
    }

    /** Ends the batch. The one before must be on disk. */
    Writer.Commit seal() {
        SealedBatch sealed = journal.seal();
        long seq = journal.seq();
        boolean writes = seq > sealedSeq;
        long bytes = journal.bytes();
        List<Erasure> due = erasures;
        List<Integer> empty = drops;
        List<Runnable> actions = afterCommit;
        sealedSeq = seq;
        erasures = later;
        later = new ArrayList<>();
        drops = new ArrayList<>();
        afterCommit = new ArrayList<>(actions.size());
        return () -> {
            long beganTick = observed.tick();
            sealed.write();
            if (writes) {
                observed.committed(beganTick, bytes);
            }
            for (Erasure erasure : due) {
                texts.erase(erasure.segment(), erasure.at(), erasure.bytes());
            }
            for (int segment : empty) {
                texts.drop(segment);
            }
            durable.advance(seq);
            actions.forEach(Runnable::run);
        };
    }

    /** A segment is turned only behind a batch that is on disk. */
    private void awaitTurn() {
        if (journal.turnsNext()) {
            durable.await(sealedSeq);
        }
    }
}
