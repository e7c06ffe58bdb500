package io.npuq.worker.lane;

import io.npuq.scheduler.Backup;
import io.npuq.scheduler.Cancellation;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Erasure;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.JobLog;
import io.npuq.scheduler.JobPage;
import io.npuq.scheduler.JobQuery;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.LaneState;
import io.npuq.scheduler.QueueScope;
import io.npuq.scheduler.QueueStatus;
import io.npuq.scheduler.Retry;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.Watch;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.RouteReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hands out what a test puts in, and keeps what the lane answers for the test to look at. */
public final class ScriptedQueue implements JobQueue {
    private static final long ANSWER_MAX_S = 30;

    /** What the lane answered: an outcome, or the reason of a recovery. */
    public record Answer(Claim claim, Optional<Outcome> outcome, Optional<String> recovered) {}

    private final Deque<Claim> queued = new ArrayDeque<>();
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final List<LaneState.Condition> conditions = new ArrayList<>();
    private @Nullable CompletableFuture<Optional<Claim>> taking;
    private CompletionStage<Finish> nextFinish = CompletableFuture.completedStage(Finish.RECORDED);
    private CompletionStage<Finish> underWay = nextFinish;
    private boolean stopped;
    private boolean running;
    private boolean hurried;
    private int takes;
    private int ids;

    /** Puts a job in line that was accepted just now. */
    public Claim put(JobRequest request) {
        return put(request, Instant.EPOCH, Optional.empty(), 0);
    }

    public synchronized Claim put(
            JobRequest request, Instant acceptedAt, Optional<Duration> deadline, double queueWaitMs) {
        Claim claim = new Claim(
                JobId.of(0, ++ids),
                1,
                Lane.NPU,
                RouteReason.WITHIN_LIMIT,
                request,
                acceptedAt,
                deadline.map(acceptedAt::plus),
                true,
                queueWaitMs,
                new CancelSignal());
        queued.add(claim);
        handOut();
        return claim;
    }

    /** As {@link #put(JobRequest)}, by a queue that has yet to hear how the lane is. */
    public synchronized Claim putBlindly(JobRequest request) {
        hurried = true;
        Claim claim = put(request);
        hurried = false;
        return claim;
    }

    /** The next answer of the lane. */
    public Answer answer() throws InterruptedException {
        return arrived(answers.poll(ANSWER_MAX_S, TimeUnit.SECONDS), "answer");
    }

    /** The next text of a running job. */
    public String text() throws InterruptedException {
        return arrived(texts.poll(ANSWER_MAX_S, TimeUnit.SECONDS), "text");
    }

    boolean hasNoAnswer() {
        return answers.isEmpty();
    }

    synchronized int takes() {
        return takes;
    }

    /** What the finishes and recoveries from now on answer. */
    synchronized void answerFinishesWith(CompletionStage<Finish> stage) {
        nextFinish = stage;
    }

    private static <T> T arrived(@Nullable T value, String what) {
        if (value == null) {
            throw new AssertionError("no " + what + " within " + ANSWER_MAX_S + " s");
        }
        return value;
    }

    private synchronized void handOut() {
        if (taking != null && !queued.isEmpty() && !running && (hurried || isServing())) {
            CompletableFuture<Optional<Claim>> waiting = taking;
            taking = null;
            running = true;
            waiting.complete(Optional.of(queued.removeFirst()));
        }
    }

    private boolean isServing() {
        return isIn(LaneState.Condition.SERVING);
    }

    private boolean isIn(LaneState.Condition condition) {
        return !conditions.isEmpty() && conditions.get(conditions.size() - 1) == condition;
    }

    /** Returns once the lane says that of itself. */
    synchronized void awaitCondition(LaneState.Condition condition) throws InterruptedException {
        while (!isIn(condition)) {
            wait();
        }
    }

    @Override
    public CompletionStage<Optional<Claim>> take(Lane lane) {
        throw new UnsupportedOperationException("a lane asks ahead");
    }

    @Override
    public Optional<Claim> begin(Claim claim) {
        throw new UnsupportedOperationException("nothing is held here: a claim has begun");
    }

    /** As for a lane that is not the main one: while it runs a job it waits. */
    @Override
    public synchronized CompletionStage<Optional<Claim>> takeAhead(Lane lane) {
        takes++;
        if (stopped) {
            return CompletableFuture.completedStage(Optional.empty());
        }
        if (taking != null) {
            throw new IllegalStateException("a lane takes one job at a time");
        }
        CompletableFuture<Optional<Claim>> mine = new CompletableFuture<>();
        taking = mine;
        handOut();
        return mine;
    }

    @Override
    public synchronized void stopTaking(Lane lane) {
        stopped = true;
        if (taking != null) {
            taking.complete(Optional.empty());
            taking = null;
        }
    }

    @Override
    public synchronized CompletionStage<Finish> finish(Claim claim, Outcome outcome) {
        CompletionStage<Finish> answered = answered(new Answer(claim, Optional.of(outcome), Optional.empty()));
        handOut();
        return answered;
    }

    /** What the lane said of itself, in order. */
    synchronized List<LaneState.Condition> conditions() {
        return List.copyOf(conditions);
    }

    @Override
    public synchronized void laneState(Lane lane, LaneState state) {
        conditions.add(state.condition());
        notifyAll();
        handOut();
    }

    /** Waits until the lane has said so many times that it serves. */
    synchronized void awaitServing(long times) throws InterruptedException {
        while (conditions.stream().filter(LaneState.Condition.SERVING::equals).count() < times) {
            wait();
        }
    }

    @Override
    public CompletionStage<Finish> tooLong(Claim claim, int promptTokens) {
        return recover(claim, "the prompt has " + promptTokens + " tokens");
    }

    @Override
    public CompletionStage<Finish> giveBackUnrun(Claim claim, String reason) {
        return recover(claim, reason);
    }

    @Override
    public CompletionStage<Finish> giveBack(Claim claim, String reason) {
        return recover(claim, reason);
    }

    @Override
    public synchronized CompletionStage<Finish> recover(Claim claim, String reason) {
        CompletionStage<Finish> answered = answered(new Answer(claim, Optional.empty(), Optional.of(reason)));
        queued.addFirst(new Claim(
                claim.id(),
                claim.attempt() + 1,
                claim.lane(),
                claim.routeReason(),
                claim.request(),
                claim.acceptedAt(),
                claim.deadlineAt(),
                true,
                claim.queueWaitMs(),
                new CancelSignal()));
        handOut();
        return answered;
    }

    private CompletionStage<Finish> answered(Answer answer) {
        if (!underWay.toCompletableFuture().isDone()) {
            throw new IllegalStateException("a lane has one answer under way at a time");
        }
        underWay = nextFinish;
        answers.add(answer);
        running = false;
        return underWay;
    }

    @Override
    public void progress(Claim claim, String text) {
        texts.add(text);
    }

    @Override
    public CompletionStage<Submission> submit(JobRequest request, Sender sender) {
        throw new UnsupportedOperationException("a lane submits nothing");
    }

    @Override
    public CompletionStage<Submission> submitAnswered(JobRequest request, Sender sender, Outcome.Succeeded outcome) {
        throw new UnsupportedOperationException("a lane submits nothing");
    }

    @Override
    public CompletionStage<Retry> retry(JobId failed, Sender sender) {
        throw new UnsupportedOperationException("a lane submits nothing");
    }

    @Override
    public CompletionStage<Void> pause(QueueScope scope) {
        throw new UnsupportedOperationException("a lane submits nothing");
    }

    @Override
    public CompletionStage<Void> drain(QueueScope scope) {
        throw new UnsupportedOperationException("a lane submits nothing");
    }

    @Override
    public CompletionStage<Void> resume(QueueScope scope) {
        throw new UnsupportedOperationException("a lane submits nothing");
    }

    @Override
    public CompletionStage<Optional<Backup>> backup() {
        throw new UnsupportedOperationException("a lane takes no backup");
    }

    @Override
    public CompletionStage<Submission> submit(JobRequest request, Sender sender, Consumer<JobEvent> listener) {
        return submit(request);
    }

    @Override
    public CompletionStage<Cancellation> cancel(JobId id) {
        throw new UnsupportedOperationException("a lane cancels nothing");
    }

    @Override
    public CompletionStage<Erasure> erase(JobId id) {
        throw new UnsupportedOperationException("a lane erases nothing");
    }

    @Override
    public CompletionStage<Optional<Job>> get(JobId id) {
        throw new UnsupportedOperationException("a lane looks nothing up");
    }

    @Override
    public CompletionStage<List<Job>> nearestDeadlines(int most) {
        throw new UnsupportedOperationException("a lane lists nothing");
    }

    @Override
    public CompletionStage<Optional<JobLog>> log(JobId id) {
        throw new UnsupportedOperationException("a lane looks nothing up");
    }

    @Override
    public CompletionStage<JobPage> list(JobQuery query) {
        throw new UnsupportedOperationException("a lane lists nothing");
    }

    @Override
    public Watch watch(JobId id, Consumer<JobEvent> listener) {
        throw new UnsupportedOperationException("a lane watches nothing");
    }

    @Override
    public CompletionStage<QueueStatus> status() {
        throw new UnsupportedOperationException("a lane counts nothing");
    }

    @Override
    public void close() {
        stopTaking(Lane.NPU);
    }

    @Override
    public void stopAccepting() {
        throw new UnsupportedOperationException("a lane does not decide what is accepted");
    }
}
