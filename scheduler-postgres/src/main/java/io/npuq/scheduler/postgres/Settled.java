package io.npuq.scheduler.postgres;

import io.npuq.scheduler.common.StoredInput;
import io.npuq.scheduler.common.StoredOutput;
import io.npuq.scheduler.common.StoredText;
import io.npuq.scheduler.journal.Body;
import io.npuq.schema.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Jobs with what is kept of their texts. */
record Settled(Duration retention) {
    /** The job as it stands, without its place in line. */
    Job job(Handle handle, JobRow row, Instant now) {
        return row.state().isFinal() ? ended(handle, row, now) : row.open(metadata(handle, row));
    }

    /** Labels of a job that has not ended. */
    static Map<String, String> metadata(Handle handle, JobRow row) {
        return TextTable.input(handle, row.id())
                .map(salted ->
                        StoredText.read(Body.textOf(salted), StoredInput.class).metadata())
                .orElse(Map.of());
    }

    Job ended(Handle handle, JobRow row, Instant now) {
        boolean kept = row.textSlot().isPresent()
                && row.finishedAt().orElseThrow().plus(retention).isAfter(now);
        StoredOutput stored = (kept ? TextTable.kept(handle, row.textSlot().getAsInt(), row.id()) : TextTable.Kept.NONE)
                .output()
                .map(salted -> StoredText.read(Body.textOf(salted), StoredOutput.class))
                .orElse(StoredOutput.NONE);
        return row.job(Optional.ofNullable(stored.result()), stored.metadata(), Optional.empty(), Optional.empty());
    }
}
