package io.npuq.api.batch;

import io.npuq.api.generate.JobProblems;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.schema.Job;
import io.npuq.schema.JobState;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes down how lines of one batch end. Blocks. */
final class LineEndings {
    private final BatchParts parts;
    private final Batch batch;
    private final InputLines lines;
    private final Results results;

    LineEndings(BatchParts parts, Batch batch, InputLines lines, Results results) {
        this.parts = parts;
        this.batch = batch;
        this.lines = lines;
        this.results = results;
    }

    /**
     * A line's job has ended.
     *
     * @param stop why the batch runs no more lines; null while it does
     */
    void ended(int line, Job job, @Nullable Stop stop) throws IOException {
        Optional<Problem> problem = JobProblems.of(job, parts.mainLane().get());
        if (stop != null && job.state() == JobState.CANCELLED) {
            givenUp(line, stop);
        } else if (problem.isPresent()) {
            refused(line, job.id().value(), problem.get());
        } else if (job.result().isEmpty()) {
            results.failed(
                    line,
                    LineJson.unanswered(
                            id(line),
                            customId(line),
                            "result_erased",
                            "The answer's time was over before the batch could take it."));
        } else {
            answered(line, job);
        }
    }

    private void answered(int line, Job job) throws IOException {
        byte[] input = lines.read(line);
        try {
            LineCall call = LineRequest.read(input, batch.request().endpoint(), parts.calls())
                    .call();
            byte[] body = call.answer().apply(job);
            results.answered(
                    line,
                    LineJson.answered(
                            id(line), LineRequest.customId(input), job.id().value(), body),
                    body);
        } catch (ProblemException e) {
            refused(line, job.id().value(), e.problem());
        }
    }

    /** A line was refused before it became a job. */
    void refused(int line, Problem problem) throws IOException {
        refused(line, id(line), problem);
    }

    private void refused(int line, String requestId, Problem problem) throws IOException {
        results.failed(line, LineJson.refused(id(line), customId(line), requestId, problem));
    }

    /** A line has not run, and will not. */
    void givenUp(int line, Stop why) throws IOException {
        byte[] json = LineJson.unanswered(id(line), customId(line), why.code(), why.message());
        if (why == Stop.EXPIRED) {
            results.expired(line, json);
        } else {
            results.failed(line, json);
        }
    }

    private String id(int line) {
        return LineJson.id(batch.id(), line);
    }

    private String customId(int line) throws IOException {
        return LineRequest.customId(lines.read(line));
    }
}
