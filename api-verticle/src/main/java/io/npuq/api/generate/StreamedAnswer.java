package io.npuq.api.generate;

import static java.util.Objects.requireNonNull;

import io.npuq.api.http.Answer;
import io.npuq.api.http.AnswerStream;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.GenerationHeaders;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.schema.Job;
import io.npuq.schema.LaneStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Streams a job's answer. The head goes out with the first thing there is to say, so that a job which ends at once, with an error, still
 * has its status. A client that does not read what it is sent is dropped.
 */
final class StreamedAnswer implements Follower {
    /** What may wait for the client: more than the longest answer has. */
    private static final int UNREAD_BYTES_MAX = 256 << 10;

    private final Promise<Answer> notStreamed = Promise.promise();
    private final Exchange exchange;
    private final StreamForm form;
    private final Supplier<LaneStatus> mainLane;
    private @Nullable Job latest;
    private @Nullable AnswerStream stream;

    StreamedAnswer(Exchange exchange, StreamForm form, Supplier<LaneStatus> mainLane) {
        this.exchange = exchange;
        this.form = form;
        this.mainLane = mainLane;
    }

    /** Fails where nothing was streamed, and else never completes. */
    Future<Answer> failure() {
        return notStreamed.future();
    }

    @Override
    public void accepted(Job job) {
        exchange.about(job.id());
        latest = job;
    }

    @Override
    public void waiting(Job job) {
        begin(job);
        write(form.waiting(job));
    }

    @Override
    public void text(String piece) {
        begin(requireNonNull(latest));
        write(form.text(piece));
    }

    @Override
    public void ended(Job job) {
        Optional<Problem> problem = JobProblems.of(job, mainLane.get());
        if (problem.isPresent()) {
            lost(problem.get());
            return;
        }
        begin(job);
        write(form.end(job));
        end();
    }

    @Override
    public void lost(Problem problem) {
        if (stream == null) {
            notStreamed.tryFail(new ProblemException(problem));
        } else {
            write(form.problem(problem));
            end();
        }
    }

    private void begin(Job job) {
        if (stream == null) {
            AnswerStream begun =
                    exchange.stream(form.contentType(), UNREAD_BYTES_MAX, GenerationHeaders.of(job, mainLane.get()));
            stream = begun;
            begun.begin();
            write(form.begin(job));
        }
    }

    private void write(Buffer piece) {
        AnswerStream to = stream;
        if (to == null || piece.length() == 0) {
            return;
        }
        if (to.isFull()) {
            to.drop();
        } else {
            to.write(piece);
        }
    }

    private void end() {
        if (stream != null) {
            stream.end();
        }
    }
}
