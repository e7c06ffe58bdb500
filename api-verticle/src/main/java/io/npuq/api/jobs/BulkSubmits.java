package io.npuq.api.jobs;

import io.npuq.api.embedding.Submitter;
import io.npuq.api.http.Answer;
import io.npuq.api.http.ErrorShape;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.LineReader;
import io.npuq.api.http.Problem;
import io.vertx.core.Future;

/** {@code POST /v1/jobs/bulk}, for a few clients at once: each of them may hold memory for its window of lines. */
final class BulkSubmits {
    static final int AT_ONCE_MAX = 16;
    private static final String RETRY_AFTER_SECONDS = "1";

    private final Submitter submitter;
    private int open;

    BulkSubmits(Submitter submitter) {
        this.submitter = submitter;
    }

    Future<Answer> submit(Exchange exchange) {
        LineReader lines = exchange.lines();
        if (open >= AT_ONCE_MAX) {
            Problem problem = Problem.of(
                    429,
                    "too_many_bulks",
                    AT_ONCE_MAX + " requests submit in bulk already, which is the most; try again when one has ended");
            return Future.succeededFuture(Answer.json(problem.status(), ErrorShape.NESTED.render(problem))
                    .with("Retry-After", RETRY_AFTER_SECONDS));
        }
        open++;
        return new BulkSubmit(submitter, exchange, lines, () -> open--).start();
    }
}
