package io.npuq.api.jobs;

import io.npuq.api.embedding.Submitter;
import io.npuq.api.http.Answer;
import io.npuq.api.http.AnswerStream;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.Failures;
import io.npuq.api.http.Fields;
import io.npuq.api.http.JsonIn;
import io.npuq.api.http.LineReader;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Limits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One bulk request: each line goes to the queue as soon as it is read, without waiting for the one before, so that many of them share
 * a sync. Answers leave in the order of the lines. While too many lines wait for the queue, or too many answers for the client, nothing
 * more is read.
 */
final class BulkSubmit implements LineReader.Lines {
    /** Most lines of one request. */
    static final int LINES_MAX = 100_000;

    /** Lines that wait for the queue; two of its batches, so that one is made while the other is written. */
    private static final int WAITING_LINES_MAX = 2_048;

    /** The same in bytes. */
    private static final int WAITING_BYTES_MAX = 4 << 20;

    /** Answers that wait for a client which sends all before it reads: those of some thousand lines. */
    private static final int UNREAD_BYTES_MAX = 1 << 20;

    private static final int TOO_LARGE = 413;

    private final Submitter submitter;
    private final Exchange exchange;
    private final Sender sender;
    private final LineReader lines;
    private final Runnable over;
    private final Deque<BulkLine> waiting = new ArrayDeque<>();
    private final AtomicBoolean flushing = new AtomicBoolean();
    private final Promise<Answer> noStream = Promise.promise();
    private @Nullable AnswerStream answers;
    private int waitingBytes;
    private boolean paused;
    private boolean ended;
    private boolean gone;
    private boolean left;

    BulkSubmit(Submitter submitter, Exchange exchange, LineReader lines, Runnable over) {
        this.submitter = submitter;
        this.exchange = exchange;
        this.sender = exchange.senderOfLines();
        this.lines = lines;
        this.over = over;
    }

    Future<Answer> start() {
        exchange.whenGone(this::gone);
        lines.read(this);
        return noStream.future();
    }

    @Override
    public void line(int number, byte[] bytes, int from, int to) {
        if (gone || isBlank(bytes, from, to)) {
            return;
        }
        if (number > LINES_MAX) {
            lines.stop();
            refuse(
                    number,
                    Problem.of(
                            TOO_LARGE,
                            "too_many_lines",
                            "a request takes at most " + LINES_MAX + " lines; send this one and the rest in another",
                            "body"));
            end();
            return;
        }
        try {
            Fields job = JsonIn.line(bytes, from, to);
            Sender named = sender.ofLine(number).namingPriority(job.has("priority"));
            submit(number, to - from, JobRequestParser.parse(job), named);
        } catch (InvalidInputException e) {
            refuse(number, Failures.invalid(e));
        }
    }

    @Override
    public void tooLong(int number) {
        refuse(
                number,
                Problem.of(
                        TOO_LARGE,
                        "line_too_large",
                        "the line is larger than " + Limits.BODY_BYTES_MAX + " bytes, which is the most",
                        "line"));
    }

    @Override
    public void end() {
        ended = true;
        flushSoon();
    }

    private void submit(int number, int bytes, JobRequest request, Sender of) {
        // What is refused here has no line yet.
        CompletionStage<Submission> submitted = submitter.submit(request, of);
        BulkLine line = wait(new BulkLine(number, bytes));
        submitted.whenComplete((submission, failure) -> {
            line.answer(failure == null ? BulkLine.of(submission) : BulkLine.of(Failures.problem(failure, exchange)));
            flushSoon();
        });
    }

    private void refuse(int number, Problem problem) {
        wait(new BulkLine(number, 0)).answer(BulkLine.of(problem));
        flushSoon();
    }

    private BulkLine wait(BulkLine line) {
        waiting.add(line);
        waitingBytes += line.bytes();
        if (!paused && (waiting.size() >= WAITING_LINES_MAX || waitingBytes >= WAITING_BYTES_MAX)) {
            paused = true;
            lines.pause();
        }
        return line;
    }

    /** From any thread; what is answered until the flush comes leaves with it. */
    private void flushSoon() {
        if (flushing.compareAndSet(false, true)) {
            exchange.context().runOnContext(here -> flush());
        }
    }

    private void flush() {
        flushing.set(false);
        if (left) {
            // The client is gone, or the flush before this one took the last answer while that one was asking for this.
            return;
        }
        Buffer answered = BulkLine.takeAnswered(waiting, line -> waitingBytes -= line.bytes());
        if (answered.length() > 0) {
            stream().write(answered);
        }
        if (ended && waiting.isEmpty()) {
            finish();
        } else {
            goOn();
        }
    }

    private void finish() {
        leave();
        if (answers == null) {
            noStream.fail(new ProblemException(
                    Problem.of(400, "invalid_value", "the body is empty; send a JSON object a line", "body")));
        } else {
            answers.end();
        }
    }

    /** Reads on once half of the window is free and the client reads its answers. */
    private void goOn() {
        boolean room = waiting.size() <= WAITING_LINES_MAX / 2 && waitingBytes <= WAITING_BYTES_MAX / 2;
        boolean unread = answers != null && answers.isFull();
        if (paused && room && !unread) {
            paused = false;
            lines.resume();
        } else if (!paused && unread) {
            paused = true;
            lines.pause();
        }
    }

    private AnswerStream stream() {
        AnswerStream begun = answers;
        if (begun == null) {
            begun = exchange.stream("application/x-ndjson", UNREAD_BYTES_MAX);
            begun.whenDrained(this::goOn);
            answers = begun;
        }
        return begun;
    }

    private void gone() {
        gone = true;
        lines.stop();
        waiting.clear();
        leave();
    }

    private void leave() {
        if (!left) {
            left = true;
            over.run();
        }
    }

    private static boolean isBlank(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
                return false;
            }
        }
        return true;
    }
}
