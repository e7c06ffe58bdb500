package io.npuq.scheduler.embedded;

import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.BodyRef;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.scheduler.journal.Position;
import io.npuq.scheduler.journal.StoredTexts;
import io.npuq.schema.Job;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;

/** What the journal's files hold of a job that is on disk. Blocks; safe on any thread that is never interrupted. */
final class JobFiles {
    private final StoredTexts texts;

    JobFiles(StoredTexts texts) {
        this.texts = texts;
    }

    /** Where the job's input lies. */
    BodyRef inputRef(JobRow row) {
        Change change = entry(row.submitted());
        if (change instanceof Change.Submitted submitted) {
            return submitted.input();
        }
        throw new JournalDamagedException(
                "the journal's entry at " + row.submitted() + " is not the start of " + row.id());
    }

    /** The job's input; empty once it is erased. */
    Optional<StoredInput> input(JobRow row) {
        return text(row.submitted(), inputRef(row)).map(bytes -> StoredText.read(bytes, StoredInput.class));
    }

    /** The job with its result, if it ended since then: older ones are erased, or about to be. */
    Job ended(JobRow row, Instant keptSince) {
        Position at = row.ended().orElseThrow(() -> new IllegalStateException(row.id() + " has not ended"));
        if (!(entry(at) instanceof Change.Ended ended)) {
            throw new JournalDamagedException("the journal's entry at " + at + " is not the end of " + row.id());
        }
        StoredOutput output = Optional.ofNullable(ended.output())
                .filter(ref ->
                        row.finishedAt().filter(end -> !end.isBefore(keptSince)).isPresent())
                .flatMap(ref -> text(at, ref))
                .map(bytes -> StoredText.read(bytes, StoredOutput.class))
                .orElse(StoredOutput.NONE);
        Jobs.End end = new Jobs.End(
                row.state(),
                row.finishedAt(),
                Optional.ofNullable(output.result()),
                Optional.ofNullable(ended.error()),
                Optional.ofNullable(ended.evidence()));
        return Jobs.ended(row, end, output.metadata());
    }

    /** Erases what the job answered. */
    void eraseOutput(JobRow row) throws IOException {
        Position at = row.ended().orElseThrow(() -> new IllegalStateException(row.id() + " has not ended"));
        if (entry(at) instanceof Change.Ended ended && ended.output() != null) {
            texts.erase(at.segment(), ended.output());
        }
    }

    private Change entry(Position at) {
        try {
            return texts.read(at).change();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the journal at " + at, e);
        }
    }

    private Optional<byte[]> text(Position entryAt, BodyRef ref) {
        try {
            return texts.read(entryAt.segment(), ref);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read a text of the journal's segment " + entryAt.segment(), e);
        }
    }
}
