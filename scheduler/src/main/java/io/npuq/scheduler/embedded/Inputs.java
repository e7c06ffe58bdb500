package io.npuq.scheduler.embedded;

import io.npuq.scheduler.common.StoredInput;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The texts of jobs as the writer needs them: those of the batches under way are not yet in the file that they will be read from. */
final class Inputs {
    private final JobFiles files;
    private Map<JobId, StoredInput> staged = new HashMap<>();
    private Map<JobId, StoredInput> sealed = new HashMap<>();

    Inputs(JobFiles files) {
        this.files = files;
    }

    void staged(JobId id, StoredInput input) {
        staged.put(id, input);
    }

    /** The batch is sealed, and the one before is on disk. */
    void sealed() {
        Map<JobId, StoredInput> written = sealed;
        written.clear();
        sealed = staged;
        staged = written;
    }

    /** The job's text; empty when what lies there is damaged, or erased. */
    Optional<StoredInput> of(JobRow row) {
        StoredInput fresh = staged.getOrDefault(row.id(), sealed.get(row.id()));
        if (fresh != null) {
            return Optional.of(fresh);
        }
        try {
            return files.input(row);
        } catch (JournalDamagedException e) {
            return Optional.empty();
        }
    }

    Map<String, String> metadata(JobRow row) {
        return of(row).map(StoredInput::metadata).orElse(Map.of());
    }

    /** What was asked, from its row and its text. */
    static JobRequest request(JobRow row, StoredInput text) {
        return text.request(
                row.kind(),
                row.maxNewTokens(),
                row.priority(),
                row.deadlineAt().map(at -> Duration.between(row.createdAt(), at)),
                row.device());
    }
}
