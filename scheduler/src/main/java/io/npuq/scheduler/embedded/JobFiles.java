package io.npuq.scheduler.embedded;

import io.npuq.scheduler.common.StoredInput;
import io.npuq.scheduler.common.StoredOutput;
import io.npuq.scheduler.common.StoredText;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.BodyRef;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.scheduler.journal.Position;
import io.npuq.scheduler.journal.StoredTexts;
import io.npuq.schema.Job;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** What the journal's files hold of a job that is on disk. Blocks; safe on any thread that is never interrupted. */
final class JobFiles {
    private final StoredTexts texts;
    private final SteadyClock clock;
    private final Duration resultRetention;

    JobFiles(StoredTexts texts, SteadyClock clock, Duration resultRetention) {
        this.texts = texts;
        this.clock = clock;
        this.resultRetention = resultRetention;
    }

    private BodyRef inputRef(JobRow row) {
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

    /** The labels of a job that has not ended. */
    Map<String, String> metadata(JobRow row) {
        return input(row).map(StoredInput::metadata).orElse(Map.of());
    }

    /** The job with its result, as far as that is still kept. */
    Job ended(JobRow row) {
        Position at = row.ended().orElseThrow(() -> new IllegalStateException(row.id() + " has not ended"));
        if (!(entry(at) instanceof Change.Ended ended)) {
            throw new JournalDamagedException("the journal's entry at " + at + " is not the end of " + row.id());
        }
        StoredOutput output = Optional.ofNullable(ended.output())
                .filter(ref -> isKept(row))
                .flatMap(ref -> text(at, ref))
                .map(bytes -> StoredText.read(bytes, StoredOutput.class))
                .orElse(StoredOutput.NONE);
        Jobs.End end = new Jobs.End(
                Optional.ofNullable(output.result()),
                Optional.ofNullable(ended.error()),
                Optional.ofNullable(ended.evidence()));
        return Jobs.ended(row, end, output.metadata());
    }

    /** Where the answer of an ended job lies, or lay; empty when it never had one. */
    Optional<BodyRef> output(JobRow row) {
        return entry(row.ended().orElseThrow()) instanceof Change.Ended ended
                ? Optional.ofNullable(ended.output())
                : Optional.empty();
    }

    /** An answer whose time is over may be erased at any moment, and be half erased after a power loss. */
    private boolean isKept(JobRow row) {
        return row.finishedAt()
                .filter(end -> end.plus(resultRetention).isAfter(clock.now()))
                .isPresent();
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
