package io.npuq.scheduler.postgres;

import io.npuq.scheduler.JobPage;
import io.npuq.scheduler.JobQuery;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** One page of jobs. What a page costs is bounded whatever is looked for: it ends before it is full once so many jobs were looked at. */
final class Listing {
    /** Rows that the store looks at for one page at most. */
    private static final int LOOKED_AT_MAX = 50_000;

    /** Jobs whose texts are read for one page at most, where a text is looked for. */
    private static final int READ_MAX = 500;

    private final Handle handle;
    private final Function<JobRow, Job> reading;

    /**
     * Lists.
     *
     * @param reading the job of a row, without its result
     */
    Listing(Handle handle, Function<JobRow, Job> reading) {
        this.handle = handle;
        this.reading = reading;
    }

    JobPage page(JobQuery query) {
        int rowsMax = query.filter().text().isPresent() ? READ_MAX : query.limit() + 1;
        List<JobRow> rows = JobTable.page(handle, query, LOOKED_AT_MAX, rowsMax);
        List<Job> jobs = new ArrayList<>();
        Optional<JobId> last = Optional.empty();
        for (JobRow row : rows) {
            if (jobs.size() == query.limit()) {
                return new JobPage(jobs, true, last);
            }
            Job job = reading.apply(row);
            if (query.filter().findsText(job)) {
                jobs.add(job);
            }
            last = Optional.of(row.id());
        }
        if (rows.size() == rowsMax) {
            return new JobPage(jobs, true, last);
        }
        Optional<JobId> lookedUntil = JobTable.lookedUntil(handle, query, LOOKED_AT_MAX);
        return new JobPage(jobs, lookedUntil.isPresent(), lookedUntil.or(() -> lastOf(rows)));
    }

    private static Optional<JobId> lastOf(List<JobRow> rows) {
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(rows.get(rows.size() - 1).id());
    }
}
