package io.npuq.scheduler.embedded;

import io.npuq.scheduler.JobPage;
import io.npuq.scheduler.JobQuery;
import io.npuq.scheduler.index.IndexLook;
import io.npuq.scheduler.index.JobRow;
import io.npuq.schema.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One page of jobs. What a page costs is bounded whatever is looked for: it ends before it is full once so many jobs were looked at. On a
 * reading thread.
 */
final class Listing {
    /** Jobs that the index is asked about for one page at most: about a tenth of a second. */
    private static final int LOOKED_AT_MAX = 50_000;

    /** Jobs whose texts are read for one page at most, where a text is looked for: about a tenth of a second. */
    private static final int READ_MAX = 2_000;

    private final Readers readers;
    private final Function<JobRow, Job> reading;

    /**
     * Lists.
     *
     * @param reading the job of a row, without its result
     */
    Listing(Readers readers, Function<JobRow, Job> reading) {
        this.readers = readers;
        this.reading = reading;
    }

    JobPage page(JobQuery query) {
        int rowsMax = query.filter().text().isPresent() ? READ_MAX : query.limit() + 1;
        IndexLook.Found found =
                readers.settled(look -> look.page(query, rowsMax, LOOKED_AT_MAX), IndexLook.Found::rows);
        List<Job> jobs = new ArrayList<>();
        Optional<JobRow> last = Optional.empty();
        for (JobRow row : found.rows()) {
            if (jobs.size() == query.limit()) {
                return new JobPage(jobs, true, last.map(JobRow::id));
            }
            Job job = reading.apply(row);
            if (query.filter().findsText(job)) {
                jobs.add(job);
            }
            last = Optional.of(row);
        }
        Optional<JobRow> until = found.lookedUntil().isPresent() ? found.lookedUntil() : last;
        return new JobPage(jobs, found.lookedUntil().isPresent(), until.map(JobRow::id));
    }
}
