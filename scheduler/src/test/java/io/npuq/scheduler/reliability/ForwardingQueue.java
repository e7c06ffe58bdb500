package io.npuq.scheduler.reliability;

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
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Passes everything on, for a planted bug to stand in front of the queue. */
public abstract class ForwardingQueue implements JobQueue {
    private final JobQueue queue;

    /** In front of that queue. */
    protected ForwardingQueue(JobQueue queue) {
        this.queue = queue;
    }

    @Override
    public CompletionStage<Submission> submit(JobRequest request, Sender sender) {
        return queue.submit(request, sender);
    }

    @Override
    public CompletionStage<Submission> submit(JobRequest request, Sender sender, Consumer<JobEvent> listener) {
        return queue.submit(request, sender, listener);
    }

    @Override
    public CompletionStage<Submission> submitAnswered(JobRequest request, Sender sender, Outcome.Succeeded outcome) {
        return queue.submitAnswered(request, sender, outcome);
    }

    @Override
    public CompletionStage<Retry> retry(JobId failed, Sender sender) {
        return queue.retry(failed, sender);
    }

    @Override
    public CompletionStage<Void> pause(QueueScope scope) {
        return queue.pause(scope);
    }

    @Override
    public CompletionStage<Void> drain(QueueScope scope) {
        return queue.drain(scope);
    }

    @Override
    public CompletionStage<Void> resume(QueueScope scope) {
        return queue.resume(scope);
    }

    @Override
    public CompletionStage<Optional<Backup>> backup() {
        return queue.backup();
    }

    @Override
    public CompletionStage<Finish> giveBackUnrun(Claim claim, String reason) {
        return queue.giveBackUnrun(claim, reason);
    }

    @Override
    public CompletionStage<Finish> giveBack(Claim claim, String reason) {
        return queue.giveBack(claim, reason);
    }

    @Override
    public CompletionStage<Optional<Claim>> take(Lane lane) {
        return queue.take(lane);
    }

    @Override
    public CompletionStage<Optional<Claim>> takeAhead(Lane lane) {
        return queue.takeAhead(lane);
    }

    @Override
    public Optional<Claim> begin(Claim claim) {
        return queue.begin(claim);
    }

    @Override
    public void laneState(Lane lane, LaneState state) {
        queue.laneState(lane, state);
    }

    @Override
    public CompletionStage<Finish> tooLong(Claim claim, int promptTokens) {
        return queue.tooLong(claim, promptTokens);
    }

    @Override
    public void stopTaking(Lane lane) {
        queue.stopTaking(lane);
    }

    @Override
    public void stopAccepting() {
        queue.stopAccepting();
    }

    @Override
    public CompletionStage<Finish> finish(Claim claim, Outcome outcome) {
        return queue.finish(claim, outcome);
    }

    @Override
    public CompletionStage<Finish> recover(Claim claim, String reason) {
        return queue.recover(claim, reason);
    }

    @Override
    public CompletionStage<Cancellation> cancel(JobId id) {
        return queue.cancel(id);
    }

    @Override
    public CompletionStage<Erasure> erase(JobId id) {
        return queue.erase(id);
    }

    @Override
    public CompletionStage<Optional<Job>> get(JobId id) {
        return queue.get(id);
    }

    @Override
    public CompletionStage<List<Job>> nearestDeadlines(int most) {
        return queue.nearestDeadlines(most);
    }

    @Override
    public CompletionStage<Optional<JobLog>> log(JobId id) {
        return queue.log(id);
    }

    @Override
    public CompletionStage<JobPage> list(JobQuery query) {
        return queue.list(query);
    }

    @Override
    public Watch watch(JobId id, Consumer<JobEvent> listener) {
        return queue.watch(id, listener);
    }

    @Override
    public void progress(Claim claim, String text) {
        queue.progress(claim, text);
    }

    @Override
    public CompletionStage<QueueStatus> status() {
        return queue.status();
    }

    @Override
    public void close() {
        queue.close();
    }
}
