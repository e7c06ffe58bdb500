package io.npuq.scheduler.simulation;

import io.npuq.scheduler.Sender;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/** What the model knows of a job. */
final class ModelJob {
    static final Comparator<ModelJob> BY_DUE =
            Comparator.<ModelJob, Instant>comparing(job -> job.due).thenComparing(job -> job.number);

    final int number;
    final JobRequest request;
    final Sender sender;
    final int bytes;
    final Instant acceptedAt;
    final Optional<Instant> deadlineAt;
    final Instant due;

    /** Which the queue chooses; empty until it has told. */
    Optional<JobId> id = Optional.empty();

    JobState state = JobState.QUEUED;
    Optional<Instant> notBefore;
    Optional<Instant> startedAt = Optional.empty();
    Optional<Instant> finishedAt = Optional.empty();
    Optional<Lane> lane = Optional.empty();
    Optional<ErrorCode> error = Optional.empty();
    Optional<Outcome> outcome = Optional.empty();
    /** Its time had come. */
    boolean released;

    boolean cancelAsked;
    boolean textsErased;
    int attempt;
    int lossesInARow;

    ModelJob(int number, JobRequest request, Sender sender, int bytes, Instant acceptedAt, Instant due) {
        this.number = number;
        this.request = request;
        this.sender = sender;
        this.bytes = bytes;
        this.acceptedAt = acceptedAt;
        this.deadlineAt = request.deadline().map(acceptedAt::plus);
        this.due = due;
        this.notBefore = request.runAfter().map(acceptedAt::plus);
    }

    ModelJob copy() {
        ModelJob copy = new ModelJob(number, request, sender, bytes, acceptedAt, due);
        copy.id = id;
        copy.state = state;
        copy.notBefore = notBefore;
        copy.startedAt = startedAt;
        copy.finishedAt = finishedAt;
        copy.lane = lane;
        copy.error = error;
        copy.outcome = outcome;
        copy.released = released;
        copy.cancelAsked = cancelAsked;
        copy.textsErased = textsErased;
        copy.attempt = attempt;
        copy.lossesInARow = lossesInARow;
        return copy;
    }

    /** The idempotency key that it came with; those of different clients are different. */
    static Optional<String> key(Sender sender) {
        return sender.idempotencyKey().map(word -> sender.client() + "\n" + word);
    }

    JobId name() {
        return id.orElseThrow();
    }

    boolean isEmbedding() {
        return request.kind() == JobKind.EMBEDDING;
    }

    boolean isInLine() {
        return state == JobState.QUEUED && (notBefore.isEmpty() || released);
    }

    boolean isPastDeadline(Instant now) {
        return deadlineAt.isPresent() && !deadlineAt.get().isAfter(now);
    }

    /** The one way to a final state, and only once. */
    void end(JobState last, Instant now, Optional<ErrorCode> code) {
        if (state.isFinal()) {
            throw new IllegalStateException("job " + number + " ends twice");
        }
        state = last;
        finishedAt = Optional.of(now);
        error = code;
    }
}
