package io.npuq.scheduler;

import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The queue. Acknowledged means on disk: a stage completes only once what it says is synced. Every acknowledged job ends in exactly
 * one final state.
 *
 * <p>No call blocks. Stages complete on a thread of the queue: go back to your own before doing work. A stage fails with
 * {@link QueueClosedException} once the queue is closed; any other failure is a bug.
 */
public interface JobQueue extends AutoCloseable {
    /** Puts a job on disk and in line; or refuses it, leaving no trace. */
    CompletionStage<Submission> submit(JobRequest request, Sender sender);

    /** {@link #submit(JobRequest, Sender)} for nobody in particular. */
    default CompletionStage<Submission> submit(JobRequest request) {
        return submit(request, Sender.UNKNOWN);
    }

    /**
     * Puts a job on disk that has its answer already: it comes and ends in one, and no lane sees it. Refused as any other, but for its
     * deadline, which it keeps.
     *
     * @param outcome what it ends with; its evidence claims no device
     */
    CompletionStage<Submission> submitAnswered(JobRequest request, Sender sender, Outcome.Succeeded outcome);

    /** Submits a failed job again, as a new job with the same request. */
    CompletionStage<Retry> retry(JobId failed, Sender sender);

    /**
     * The same, watched from the start: the listener is told, as by {@link #watch}, all that happens to the job once it is taken, so
     * that its end is not missed and needs no {@link #get}. Whoever submits so closes {@link Submission.Accepted#watch}.
     */
    CompletionStage<Submission> submit(JobRequest request, Sender sender, Consumer<JobEvent> listener);

    /**
     * The next job for this lane, in the order of the queue; waits until there is one. The start of its attempt is on disk when the
     * claim is handed out. Empty once {@link #stopTaking} was called or the queue closes.
     */
    CompletionStage<Optional<Claim>> take(Lane lane);

    /**
     * The next job for this lane, which may be running one; one such request at a time. Where it runs none, this is {@link #take}. Where
     * it does, and is the main lane, the next job is held for it: the claim has not {@link Claim#begun}, that it may is on disk, and for
     * everyone else the job waits in line as before, until {@link #begin}. Another lane waits until its job has ended.
     *
     * <p>What is held is taken back when it ends, when another job comes before it, when another lane starts it, when nothing is to
     * start, and when this lane does not serve or is stopped: then the claim's signal is set, and the lane asks again.
     */
    CompletionStage<Optional<Claim>> takeAhead(Lane lane);

    /**
     * Begins what was held, now, without waiting for the disk: what is recorded later, such as its end, comes behind its start.
     *
     * @return the claim to run; the same where it has begun; empty where it was taken back
     */
    Optional<Claim> begin(Claim claim);

    /**
     * Tells how a lane is. What it may take follows from that, and from how the others are, with the next {@link #take} that waits or
     * comes.
     */
    void laneState(Lane lane, LaneState state);

    /** Hands nothing more to this lane: its waiting {@link #take} and every later one answer empty. */
    void stopTaking(Lane lane);

    /** Refuses every later submission with {@link Refusal#DRAINING}, for good; what is queued stays, and lanes go on. */
    void stopAccepting();

    /** Starts nothing more there until {@link #resume}, also after a restart; submissions are taken, and what runs goes on. */
    CompletionStage<Void> pause(QueueScope scope);

    /** Refuses submissions there with {@link Refusal#DRAINING} until {@link #resume} or a restart; what is queued runs to its end. */
    CompletionStage<Void> drain(QueueScope scope);

    /**
     * Ends a {@link #pause} and a {@link #drain}: of all hosts, whether they were said to all or to one; or of this one, for which what was
     * said to all still holds.
     */
    CompletionStage<Void> resume(QueueScope scope);

    /** {@link #pause(QueueScope)} of all hosts. */
    default CompletionStage<Void> pause() {
        return pause(QueueScope.ALL);
    }

    /** {@link #drain(QueueScope)} of all hosts. */
    default CompletionStage<Void> drain() {
        return drain(QueueScope.ALL);
    }

    /** {@link #resume(QueueScope)} of all hosts. */
    default CompletionStage<Void> resume() {
        return resume(QueueScope.ALL);
    }

    /** Ends the claimed job. An answer for an attempt that the queue has given up is not recorded: {@link Finish#FENCED}. */
    CompletionStage<Finish> finish(Claim claim, Outcome outcome);

    /**
     * Gives the claimed job back after its engine was lost while it ran: it runs again as the next attempt, after a while; or fails with
     * {@code attempts_exhausted} when that has happened too often; or ends cancelled where that was asked.
     *
     * @param reason what happened to the engine, for the record; never a text of the job
     */
    CompletionStage<Finish> recover(Claim claim, String reason);

    /** Gives the claimed job back for a reason that is not the job's: as {@link #recover}, and at once. */
    CompletionStage<Finish> giveBack(Claim claim, String reason);

    /** Gives the claimed job back that never reached an engine: as {@link #giveBack}, and the attempt does not count. */
    CompletionStage<Finish> giveBackUnrun(Claim claim, String reason);

    /**
     * Gives the claimed job back because its prompt is longer than this lane takes: a lane that takes it gets it, and this attempt does not
     * count; where there is none, or the job says {@code npu}, it fails with {@code prompt_too_long}.
     *
     * @param promptTokens how long it is, counted by the model's tokenizer
     */
    CompletionStage<Finish> tooLong(Claim claim, int promptTokens);

    /** Cancels a job. A queued one ends at once; a running one stops at its next token. Cancelling again changes nothing. */
    CompletionStage<Cancellation> cancel(JobId id);

    /**
     * Erases the texts of a job that has ended, before their time: its result, its labels, and its input where that was kept. Erasing
     * again changes nothing. Done once the stage completes; only a loss of power right then may bring a text back, until its time is over.
     */
    CompletionStage<Erasure> erase(JobId id);

    /** The job as it stands; empty when there is none of that name. */
    CompletionStage<Optional<Job>> get(JobId id);

    /** One page of jobs, newest first, without their results. */
    CompletionStage<JobPage> list(JobQuery query);

    /** Queued jobs by deadline, the nearest first, without their labels; none that has no deadline. */
    CompletionStage<List<Job>> nearestDeadlines(int most);

    /**
     * What the request log has of a job; empty when there is none of that name. Fails with
     * {@link java.util.concurrent.RejectedExecutionException} where too many wait for this already.
     */
    CompletionStage<Optional<JobLog>> log(JobId id);

    /**
     * Tells the listener what happens to the job from now on: states and text as it comes. Where an attempt runs that has made text, all
     * of it comes at once, before this call returns; so the texts of an attempt that a listener sees, put together, are its text from
     * the beginning. The listener runs on the caller's thread, on one of the queue or on one of a lane, and must not block. Closing the
     * watch ends it. To wait for a job: watch it, then {@link #get} it.
     */
    Watch watch(JobId id, Consumer<JobEvent> listener);

    /** Passes on text that a running job has made so far; watchers see it, disk does not. */
    void progress(Claim claim, String text);

    /** The queue as a whole. */
    CompletionStage<QueueStatus> status();

    /**
     * Begins a backup of all that is acknowledged by now; empty while another one is taken. Until it is closed, texts whose time is over
     * stay on disk.
     */
    CompletionStage<Optional<Backup>> backup();

    /** Stops taking, waits for what is being written, and closes the files. */
    @Override
    void close();
}
