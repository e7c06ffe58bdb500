package io.npuq.api.generate;

import io.npuq.api.http.Exchange;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.schema.Job;
import io.vertx.core.Future;
import io.vertx.core.Promise;

/** Waits for the end of a job. */
final class AtEnd implements Follower {
    private final Promise<Job> end = Promise.promise();
    private final Exchange exchange;
    private final Runnable whileWaiting;

    AtEnd(Exchange exchange, Runnable whileWaiting) {
        this.exchange = exchange;
        this.whileWaiting = whileWaiting;
    }

    Future<Job> job() {
        return end.future();
    }

    @Override
    public void accepted(Job job) {
        exchange.about(job.id());
    }

    @Override
    public void waiting(Job job) {
        whileWaiting.run();
    }

    @Override
    public void ended(Job job) {
        end.tryComplete(job);
    }

    @Override
    public void lost(Problem problem) {
        end.tryFail(new ProblemException(problem));
    }
}
