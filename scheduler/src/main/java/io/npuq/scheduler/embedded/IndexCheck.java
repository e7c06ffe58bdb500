package io.npuq.scheduler.embedded;

import io.npuq.scheduler.JournalReport;
import io.npuq.scheduler.index.IndexException;
import io.npuq.scheduler.index.IndexFile;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.Position;
import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Compares an index that claims to be whole with the journal's entries, as they are read. */
final class IndexCheck implements AutoCloseable {
    private final Optional<IndexFile> index;
    private final JournalReport.Index verdict;
    private long atTheirLastEntry;

    private IndexCheck(Optional<IndexFile> index, JournalReport.Index verdict) {
        this.index = index;
        this.verdict = verdict;
    }

    /** Where there is no index. */
    static IndexCheck none() {
        return new IndexCheck(Optional.empty(), JournalReport.Index.NONE);
    }

    /** The index in the data directory, whatever it is worth. */
    static IndexCheck of(Path data) throws IOException {
        if (!IndexFile.exists(data)) {
            return none();
        }
        Optional<IndexFile> trusted = IndexFile.look(data);
        return new IndexCheck(
                trusted, trusted.isPresent() ? JournalReport.Index.FITS : JournalReport.Index.NOT_TRUSTED);
    }

    /** Holds good once {@link #end} has passed. */
    JournalReport.Index verdict() {
        return verdict;
    }

    /** The next entry of a job, which is in that state from then on. */
    void entry(Entry entry, JobId job, JobState state, Position at) {
        if (index.isEmpty()) {
            return;
        }
        JobRow row = index.get()
                .index()
                .look()
                .find(job)
                .orElseThrow(() -> unfit("it lacks " + job + ", which the journal has at " + at));
        if (row.changed() < entry.seq()) {
            throw unfit("it lacks entry " + entry.seq() + " about " + job + " at " + at);
        }
        if (row.changed() == entry.seq()) {
            atTheirLastEntry++;
            boolean same =
                    row.state() == state && (!state.isFinal() || row.ended().equals(Optional.of(at)));
            if (!same) {
                throw unfit("it says that " + job + " is " + row.state().wire() + ", and the journal at " + at
                        + " says " + state.wire());
            }
        }
    }

    /** The journal is read. */
    void end(long entries, long jobs) {
        if (index.isEmpty()) {
            return;
        }
        long applied = index.get().index().appliedSeq();
        if (applied > entries) {
            throw unfit("it goes to entry " + applied + ", which had been acknowledged, and the journal ends at "
                    + entries + ". Restore the data directory from a backup; or go on without what is lost: \"npuq"
                    + " journal rebuild-index\"");
        }
        long rows = index.get().index().counts().byState().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        if (atTheirLastEntry != jobs || rows != jobs) {
            throw unfit("it has " + rows + " jobs, " + atTheirLastEntry + " of them as the journal says, which has "
                    + jobs);
        }
    }

    @Override
    public void close() {
        index.ifPresent(IndexFile::abandon);
    }

    private static IndexException unfit(String how) {
        return new IndexException("the index does not fit the journal: " + how);
    }
}
