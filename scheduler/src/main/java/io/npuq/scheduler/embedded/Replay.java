package io.npuq.scheduler.embedded;

import io.npuq.scheduler.index.JobIndex;
import io.npuq.scheduler.index.JobKey;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.scheduler.journal.JournalReader;
import io.npuq.scheduler.journal.Position;
import io.npuq.scheduler.journal.StoredTexts;
import io.npuq.schema.JobId;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Takes the journal's entries that the index lacks over into it, and erases the texts whose time they ended. */
final class Replay implements JournalReader.Visitor {
    /** Entries that share one transaction of the index. */
    private static final int BATCH_ENTRIES = 2_000;

    private final JobIndex index;
    private final StoredTexts texts;
    private final boolean keepInputs;
    private final long appliedBefore;
    private long applied;

    Replay(JobIndex index, StoredTexts texts, boolean keepInputs) {
        this.index = index;
        this.texts = texts;
        this.keepInputs = keepInputs;
        this.appliedBefore = index.appliedSeq();
        this.applied = appliedBefore;
    }

    /** Number of the last entry that the index had before. */
    long appliedBefore() {
        return appliedBefore;
    }

    @Override
    public void entry(long seq, Position position, byte[] line) throws IOException {
        if (seq <= appliedBefore) {
            return;
        }
        Entry entry = JournalReader.parse(line, position);
        checkFormat(entry, position);
        index.apply(entry, position);
        JobId job = entry.job();
        if (job != null && entry.change() instanceof Change.Ended && !keepInputs) {
            eraseInput(index.find(job).orElseThrow());
        } else if (job != null && entry.change() instanceof Change.AnswerErased) {
            eraseOutput(index.find(job).orElseThrow());
        }
        applied = seq;
        if (applied % BATCH_ENTRIES == 0) {
            index.commit(applied);
        }
    }

    /** Commits the rest; how many entries were taken over. */
    long end() {
        index.commit(applied);
        return applied - appliedBefore;
    }

    private void eraseInput(JobRow row) throws IOException {
        if (texts.read(row.submitted()).change() instanceof Change.Submitted submitted) {
            texts.erase(row.submitted().segment(), submitted.input());
        }
    }

    private void eraseOutput(JobRow row) throws IOException {
        try {
            new JobFiles(texts).eraseOutput(row);
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
        index.forgetOutput(new JobIndex.Due(row.finishedAt().orElseThrow(), JobKey.seqOf(row.id())));
    }

    private static void checkFormat(Entry entry, Position position) {
        if (entry.change() instanceof Change.SegmentOpened opened
                && opened.format() != io.npuq.scheduler.journal.Journal.FORMAT) {
            throw new JournalDamagedException("the journal's segment " + position.segment() + " has format "
                    + opened.format() + ", which this version of npuq does not read; use the version that wrote it");
        }
    }
}
