package io.npuq.scheduler.embedded;

import io.npuq.scheduler.index.JobIndex;
import io.npuq.scheduler.index.JobKey;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.BodyRef;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Journal;
import io.npuq.scheduler.journal.StoredTexts;
import io.npuq.schema.JobId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One batch of changes, on its way to disk: staged in the journal, applied to the index, and not yet true. {@link #commit} makes them
 * true, in this order: journal written and synced, texts erased, index committed, callers answered. A crash between two steps is made
 * good at the next start by applying the journal's entries again.
 */
final class Ledger {
    private final Journal journal;
    private final StoredTexts texts;
    private final JobIndex index;
    private final List<Runnable> afterCommit = new ArrayList<>();
    private final List<Erasure> erasures = new ArrayList<>();

    Ledger(Journal journal, StoredTexts texts, JobIndex index) {
        this.journal = journal;
        this.texts = texts;
        this.index = index;
    }

    /** A text that goes when the batch is on disk. */
    private record Erasure(int segment, BodyRef text) {}

    JobIndex index() {
        return index;
    }

    /** Stages a text; the entry that names it must be staged next. */
    BodyRef stage(Body text) throws IOException {
        return journal.stage(text);
    }

    /** Records a new job under a new id. Its text must be staged just before: the id carries the number of the entry. */
    JobRow open(Instant at, Change.Submitted change) throws IOException {
        JobId id = JobKey.mint(at, journal.seq() + 1);
        Journal.Staged staged = journal.stage(at, id, change);
        index.apply(staged.entry(), staged.position());
        return JobRow.submitted(staged.entry().seq(), at, id, change, staged.position());
    }

    /** Records what happened to a job. */
    void record(Instant at, JobId job, Change change) throws IOException {
        Journal.Staged staged = journal.stage(at, job, change);
        index.apply(staged.entry(), staged.position());
    }

    void eraseAfterCommit(JobRow row, BodyRef text) {
        erasures.add(new Erasure(row.submitted().segment(), text));
    }

    /** Runs once all that is recorded so far is on disk. */
    void afterCommit(Runnable action) {
        afterCommit.add(action);
    }

    void commit() throws IOException {
        journal.commit();
        for (Erasure erasure : erasures) {
            texts.erase(erasure.segment(), erasure.text());
        }
        erasures.clear();
        index.commit(journal.seq());
        List<Runnable> actions = List.copyOf(afterCommit);
        afterCommit.clear();
        actions.forEach(Runnable::run);
    }
}
