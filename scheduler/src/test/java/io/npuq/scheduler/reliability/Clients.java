package io.npuq.scheduler.reliability;

import io.npuq.scheduler.Cancellation;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.LaneState;
import io.npuq.scheduler.Submission;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobError;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobResult;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.RouteReason;
import io.npuq.schema.Timing;
import io.npuq.schema.Usage;
import io.npuq.schema.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Submitters and lanes, driven by dice. What they ask is asked at once, and their answers are looked at once the queue has come to rest:
 * so one seed asks the same in the same batches each time.
 */
final class Clients {
    private static final int SUBMITS_MAX = 5;
    private static final int CLAIMS_MAX = 4;
    private static final int TEXT_CHARS_MAX = 5_000;

    private final Random dice;
    private final Books books;
    private final Supplier<Instant> now;
    private final List<Runnable> answers = new ArrayList<>();
    private final List<Claim> held = new ArrayList<>();
    private final List<Claim> ahead = new ArrayList<>();
    private final List<Claim> done = new ArrayList<>();
    private final List<CompletionStage<Optional<Claim>>> takes = new ArrayList<>();
    private int texts;
    private boolean hasMainLane;

    Clients(Random dice, Books books, Supplier<Instant> now) {
        this.now = now;
        this.dice = dice;
        this.books = books;
    }

    /** The queue is gone, and with it what the lanes held. */
    void forgetClaims() {
        held.clear();
        ahead.clear();
        hasMainLane = false;
        done.clear();
        takes.clear();
        answers.clear();
    }

    /** Asks several things. */
    void ask(JobQueue queue) {
        for (int i = dice.nextInt(SUBMITS_MAX); i >= 0; i--) {
            submit(queue, request());
        }
        tellMainLane(queue);
        while (takes.size() + held.size() + ahead.size() < CLAIMS_MAX && dice.nextBoolean()) {
            take(queue, dice.nextBoolean() ? Lane.CPU : Lane.NPU);
        }
        begin(queue);
        if (!done.isEmpty() && dice.nextBoolean()) {
            finishLate(queue, done.get(dice.nextInt(done.size())));
        }
        for (Claim claim : List.copyOf(held)) {
            end(queue, claim);
        }
        if (books.acknowledged() > 0 && dice.nextInt(4) == 0) {
            cancel(queue, books.ids().get(dice.nextInt(books.acknowledged())));
        }
    }

    /** Looks at the answers that came; those that did not stay in doubt. */
    void readAnswers() {
        answers.forEach(Runnable::run);
        answers.clear();
        takes.removeIf(take -> {
            Waiting.now(take).flatMap(claim -> claim).ifPresent(claim -> {
                books.of(claim.id(), claim.request());
                (claim.begun() ? held : ahead).add(claim);
            });
            return take.toCompletableFuture().isDone();
        });
    }

    /** A job is held for the main lane alone; in some lives there is none. */
    private void tellMainLane(JobQueue queue) {
        if (!hasMainLane && dice.nextBoolean()) {
            hasMainLane = true;
            queue.laneState(
                    Lane.CPU, new LaneState(LaneState.Role.MAIN, LaneState.Condition.SERVING, OptionalInt.empty()));
        }
    }

    /** Some of what is held for the lane is begun; what was taken back meanwhile is not. */
    private void begin(JobQueue queue) {
        for (Claim claim : List.copyOf(ahead)) {
            if (dice.nextBoolean()) {
                ahead.remove(claim);
                queue.begin(claim).ifPresent(held::add);
            }
        }
    }

    void take(JobQueue queue, Lane lane) {
        takes.add(hasMainLane || dice.nextBoolean() ? queue.takeAhead(lane) : queue.take(lane));
    }

    /** As many as there are, and no more: what waits is told nothing. */
    void takeAll(JobQueue queue) {
        for (int i = 0; i < books.acknowledged(); i++) {
            takes.add(queue.take(Lane.CPU));
        }
    }

    /** Ends the job that is held longest, with an answer of that length. */
    void finishOne(JobQueue queue, int answerChars) {
        Claim claim = held.remove(0);
        done.add(claim);
        finish(queue, claim, succeeded(claim, answerChars));
    }

    void submit(JobQueue queue, JobRequest request) {
        books.asked(request);
        CompletionStage<Submission> answer = queue.submit(request);
        answers.add(() -> Waiting.now(answer).ifPresent(submission -> {
            if (submission instanceof Submission.Accepted accepted) {
                books.acknowledged(request, accepted.job().id());
            } else {
                books.refused(request);
            }
        }));
    }

    private void end(JobQueue queue, Claim claim) {
        int choice = dice.nextInt(10);
        if (choice < 3) {
            return;
        }
        held.remove(claim);
        done.add(claim);
        if (choice < 5) {
            expect(Finish.RECORDED, queue.giveBack(claim, "the harness gave it back"), claim);
            return;
        }
        finish(queue, claim, outcome(claim, choice == 5));
    }

    /** Hands the outcome in, and expects it to be recorded. */
    void finish(JobQueue queue, Claim claim, Outcome outcome) {
        Known job = books.of(claim.id());
        job.handedIn(outcome);
        CompletionStage<Finish> answer = queue.finish(claim, outcome);
        expect(Finish.RECORDED, answer, claim);
        answers.add(() -> Waiting.now(answer)
                .filter(finish -> finish == Finish.RECORDED)
                .ifPresent(finish -> job.acknowledged(Known.Ending.of(outcome))));
    }

    private void finishLate(JobQueue queue, Claim claim) {
        expect(Finish.FENCED, queue.finish(claim, outcome(claim, false)), claim);
    }

    private void cancel(JobQueue queue, JobId id) {
        books.of(id).cancelAsked();
        CompletionStage<Cancellation> answer = queue.cancel(id);
        answers.add(() -> Waiting.now(answer).ifPresent(cancellation -> {
            if (!(cancellation instanceof Cancellation.Known known)) {
                books.fail(id + " was acknowledged, and cannot be cancelled: there is no such job");
            } else {
                books.of(id).compare(known.job(), now.get()).forEach(wrong -> books.fail(id + ", cancelled: " + wrong));
            }
        }));
    }

    private void expect(Finish wanted, CompletionStage<Finish> answer, Claim claim) {
        answers.add(() -> Waiting.now(answer)
                .filter(finish -> finish != wanted)
                .ifPresent(finish -> books.fail(claim.id() + ", attempt " + claim.attempt() + ", was answered " + finish
                        + " instead of " + wanted)));
    }

    JobRequest largeRequest() {
        return JobRequest.bounded(JobKind.SUMMARY, "text " + texts++ + " " + text(TEXT_CHARS_MAX));
    }

    JobRequest request() {
        JobRequest plain = JobRequest.bounded(
                        JobKind.bounded().get(dice.nextInt(4)), "text " + texts++ + " " + text(chars()))
                .withPriority(dice.nextInt(10));
        JobRequest labelled = dice.nextInt(3) > 0
                ? plain
                : new JobRequest(
                        plain.kind(),
                        plain.input(),
                        plain.maxNewTokens(),
                        plain.priority(),
                        plain.deadline(),
                        plain.deadlineMode(),
                        plain.runAfter(),
                        plain.device(),
                        plain.sampling(),
                        Map.of("source", text(1 + dice.nextInt(20))),
                        plain.responseFormat());
        return dice.nextInt(12) > 0 ? labelled : labelled.withDeadline(Duration.ofMinutes(1 + dice.nextInt(20)));
    }

    private int chars() {
        return dice.nextInt(4) == 0 ? 1 + dice.nextInt(TEXT_CHARS_MAX) : 1 + dice.nextInt(100);
    }

    private String text(int chars) {
        return dice.ints(chars, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private Outcome outcome(Claim claim, boolean fails) {
        if (fails) {
            return new Outcome.Failed(
                    new JobError(ErrorCode.GENERATION_FAILED, "the harness says no " + dice.nextInt()),
                    Optional.empty());
        }
        return succeeded(claim, chars());
    }

    private Outcome succeeded(Claim claim, int chars) {
        JobResult result = new JobResult(text(chars), null, FinishReason.STOP, new Usage(3, 2), false);
        return new Outcome.Succeeded(result, evidence(claim.attempt()));
    }

    static Evidence evidence(int attempt) {
        Timing timing = new Timing(0.25, 0.0, null, 1.5, 2.5, 3.0);
        return new Evidence(
                "scripted",
                null,
                null,
                null,
                "CPU",
                "CPU",
                RouteReason.NPU_UNAVAILABLE,
                3,
                3,
                32,
                2,
                timing,
                null,
                null,
                null,
                null,
                attempt,
                Verdict.FALLBACK);
    }
}
