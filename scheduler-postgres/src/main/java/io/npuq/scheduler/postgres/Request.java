package io.npuq.scheduler.postgres;

import io.npuq.scheduler.QueueClosedException;
import io.npuq.scheduler.StoreUnavailableException;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.Watch;
import io.npuq.schema.JobId;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What a caller wants done. It may be made more than once, until one of the transactions is on disk. */
abstract class Request<T> {
    private final CompletableFuture<T> answer = new CompletableFuture<>();

    CompletableFuture<T> answer() {
        return answer;
    }

    /** The queue is closed. */
    void closed() {
        answer.completeExceptionally(new QueueClosedException());
    }

    /** Whether it is kept while the store cannot be reached: few are, and their number is bounded by that of the lanes. */
    boolean waitsForStore() {
        return false;
    }

    /** The store cannot be reached. */
    void refuse(Throwable why) {
        answer.completeExceptionally(new StoreUnavailableException(why));
    }

    /** A transition of whatever kind. */
    static final class Call<T> extends Request<T> {
        private final Function<Tx, T> transition;
        private final boolean waits;

        Call(Function<Tx, T> transition, boolean waits) {
            this.transition = transition;
            this.waits = waits;
        }

        @Override
        boolean waitsForStore() {
            return waits;
        }

        void make(Tx tx) {
            T made = transition.apply(tx);
            tx.afterCommit(() -> answer().complete(made));
        }
    }

    /** A job that wants to come in; made together with others. */
    static final class Submit extends Request<Submission> {
        private final Intake.Asked asked;
        private final Function<JobId, Watch> watching;

        Submit(Intake.Asked asked, Function<JobId, Watch> watching) {
            this.asked = asked;
            this.watching = watching;
        }

        Intake.Asked asked() {
            return asked;
        }

        /** Watched before anything is told that this transaction still does to the job. */
        void made(Tx tx, Submission submission) {
            tx.afterCommit(() -> answer().complete(watched(submission)));
        }

        private Submission watched(Submission submission) {
            return submission instanceof Submission.Accepted accepted
                    ? new Submission.Accepted(
                            accepted.job(), watching.apply(accepted.job().id()))
                    : submission;
        }

        @Override
        void refuse(Throwable why) {
            answer().complete(Intake.storeGone());
        }
    }
}
