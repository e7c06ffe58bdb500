package io.npuq.scheduler.embedded;

import io.npuq.scheduler.index.JobIndex;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.JournalReader;
import io.npuq.scheduler.journal.Position;
import io.npuq.scheduler.journal.StoredTexts;
import io.npuq.schema.JobId;
import java.io.IOException;

/** Takes the journal's entries that the index lacks over into it, and erases the inputs of jobs that they ended. */
final class Replay implements JournalReader.Visitor {
    private final JobIndex index;
    private final StoredTexts texts;
    private final long appliedBefore;

    Replay(JobIndex index, StoredTexts texts) {
        this.index = index;
        this.texts = texts;
        this.appliedBefore = index.appliedSeq();
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
        index.apply(entry, position);
        JobId job = entry.job();
        if (job != null && entry.change() instanceof Change.Ended ended && !Boolean.TRUE.equals(ended.keepsInput())) {
            JobRow row = index.look().find(job).orElseThrow();
            texts.erase(row.submitted().segment(), row.inputAt(), row.inputBytes());
        }
    }
}
