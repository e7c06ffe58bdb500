package io.npuq.scheduler.postgres;

import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.scheduler.journal.JournalReader;
import io.npuq.scheduler.journal.Position;
import io.npuq.schema.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Takes the entries of all jobs, those of one job together, and says of which job they do not agree first. */
final class JobAgreement {
    private final List<JobStory.Told> told = new ArrayList<>();
    private @Nullable UUID job;
    private @Nullable String wrong;
    private long jobs;

    /** The next entry; answers whether to go on. */
    boolean take(StoreLog.Row row) {
        UUID of = row.job();
        if (of == null) {
            throw new IllegalArgumentException("an entry about no job");
        }
        if (!of.equals(job)) {
            end();
            job = of;
        }
        try {
            Change change = JournalReader.parse(row.bytes(), new Position(row.host(), row.seq()))
                    .change();
            told.add(new JobStory.Told(row.host(), row.seq(), change));
        } catch (JournalDamagedException e) {
            wrong = "host " + row.host() + ": entry " + row.seq() + " is none that this version of npuq can read";
        }
        return wrong == null;
    }

    /** No more entries come. */
    void end() {
        UUID ended = job;
        if (ended != null && wrong == null) {
            JobId id = JobRowMapper.id(ended);
            wrong = new JobStory(told)
                    .wrong()
                    .map(what -> "the entries about " + id + " do not agree: " + what)
                    .orElse(null);
            jobs += wrong == null ? 1 : 0;
        }
        told.clear();
        job = null;
    }

    /** How many jobs' entries agree. */
    long jobs() {
        return jobs;
    }

    Optional<String> wrong() {
        return Optional.ofNullable(wrong);
    }
}
