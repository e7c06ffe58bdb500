package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Retry;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.Watch;
import io.npuq.scheduler.common.Admission;
import io.npuq.scheduler.common.Lanes;
import io.npuq.scheduler.common.Order;
import io.npuq.scheduler.common.Pace;
import io.npuq.scheduler.common.Prepared;
import io.npuq.scheduler.common.Prospects;
import io.npuq.scheduler.common.StoredInput;
import io.npuq.scheduler.index.IndexLook;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.BodyRef;
import io.npuq.scheduler.journal.Change;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Outcome;
import io.npuq.schema.TraceContext;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How jobs come in. On the writer's thread; each answer is given once the batch is on disk. */
final class Intake {
    private final Ledger ledger;
    private final Inputs inputs;
    private final SteadyClock clock;
    private final Admission admission;
    private final Pace pace;
    private final Lanes<JobRow> lanes;
    private final Endings endings;
    private final Prospects prospects;

    Intake(
            Ledger ledger,
            Inputs inputs,
            SteadyClock clock,
            Admission admission,
            Pace pace,
            Lanes<JobRow> lanes,
            Endings endings) {
        this.ledger = ledger;
        this.inputs = inputs;
        this.clock = clock;
        this.admission = admission;
        this.pace = pace;
        this.lanes = lanes;
        this.endings = endings;
        this.prospects = new Prospects(lanes, pace);
    }

    /**
     * The answer that a request came with.
     *
     * @param outcome the answer
     * @param output the same as it is stored
     */
    record Answered(Outcome.Succeeded outcome, Optional<Body> output) {}

    void submit(Prepared prepared, Answered answered, Consumer<Submission> answer) throws IOException {
        Submission submission = noted(answered(prepared, answered));
        ledger.afterCommit(() -> answer.accept(submission));
    }

    private Submission answered(Prepared prepared, Answered answered) throws IOException {
        Instant now = clock.now();
        Optional<Submission> unwanted = unwanted(prepared, now);
        if (unwanted.isPresent()) {
            return unwanted.get();
        }
        Optional<Instant> deadlineAt = prepared.request().deadline().map(now::plus);
        JobRow row = open(prepared, now, due(prepared.request(), now, deadlineAt), deadlineAt, null);
        Job ended = endings.answered(
                row, answered.outcome(), answered.output(), prepared.request().metadata());
        return new Submission.Accepted(ended, Watch.NONE);
    }

    void submit(Prepared prepared, Function<JobId, Watch> watching, Consumer<Submission> answer) throws IOException {
        Submission submission = noted(submission(prepared, null));
        // Watched before anything is told that this batch still does to the job.
        ledger.afterCommit(() -> answer.accept(watched(submission, watching)));
    }

    private static Submission watched(Submission submission, Function<JobId, Watch> watching) {
        return submission instanceof Submission.Accepted accepted
                ? new Submission.Accepted(
                        accepted.job(), watching.apply(accepted.job().id()))
                : submission;
    }

    void retry(JobId id, Sender sender, Consumer<Retry> answer) throws IOException {
        Retry retry = retry(id, sender);
        ledger.afterCommit(() -> answer.accept(retry));
    }

    private Retry retry(JobId id, Sender sender) throws IOException {
        Optional<JobRow> found = look().find(id);
        if (found.isEmpty()) {
            return new Retry.Unknown();
        }
        JobRow row = found.get();
        if (row.state() != JobState.FAILED) {
            return new Retry.NotFailed(Jobs.open(row, inputs.metadata(row), Optional.empty(), Optional.empty()));
        }
        Optional<StoredInput> text = look().keepsInput(row) ? inputs.of(row) : Optional.empty();
        if (text.isEmpty()) {
            return new Retry.InputErased();
        }
        JobRequest request = Inputs.request(row, text.get());
        OptionalInt tokens = row.promptTokens() > 0 ? OptionalInt.of(row.promptTokens()) : OptionalInt.empty();
        return new Retry.Submitted(noted(submission(Prepared.of(request, sender).counted(tokens), id)));
    }

    private Submission noted(Submission submission) {
        if (submission instanceof Submission.Refused refused) {
            ledger.refused(refused.reason());
        }
        return submission;
    }

    private Submission submission(Prepared prepared, @Nullable JobId retryOf) throws IOException {
        Instant now = clock.now();
        Optional<Submission> unwanted = unwanted(prepared, now);
        if (unwanted.isPresent()) {
            return unwanted.get();
        }
        JobRequest request = prepared.request();
        Optional<Submission.Refused> tooLong = prospects.tooLong(request, prepared.promptTokens());
        if (tooLong.isPresent()) {
            return tooLong.get();
        }
        Optional<Instant> deadlineAt = request.deadline().map(now::plus);
        long due = due(request, now, deadlineAt);
        Optional<Submission.Refused> tooLate =
                prospects.tooLate(request, () -> look().countBefore(request.kind(), due));
        return tooLate.isPresent() ? tooLate.get() : accept(prepared, now, due, deadlineAt, retryOf);
    }

    /** The answer to one that came before, or that cannot be taken; empty when it makes a job. */
    private Optional<Submission> unwanted(Prepared prepared, Instant now) throws IOException {
        Optional<Submission> before = prepared.idempotency().flatMap(this::madeBefore);
        return before.isPresent()
                ? before
                : admission
                        .refusal(
                                now,
                                prepared.sender(),
                                prepared.request().priority(),
                                prepared.body().bytes())
                        .map(refused -> refused);
    }

    private long due(JobRequest request, Instant now, Optional<Instant> deadlineAt) {
        return Order.due(now, request.priority(), deadlineAt, pace.runTime(request.kind()));
    }

    private Submission accept(
            Prepared prepared, Instant now, long due, Optional<Instant> deadlineAt, @Nullable JobId retryOf)
            throws IOException {
        JobRow row = open(prepared, now, due, deadlineAt, retryOf);
        Optional<Long> position = look().position(row);
        Job job = Jobs.open(
                row,
                prepared.request().metadata(),
                position,
                position.flatMap(jobs -> pace.timeFor(jobs + 1)).map(Duration::toMillis));
        return new Submission.Accepted(job, Watch.NONE);
    }

    private JobRow open(Prepared prepared, Instant now, long due, Optional<Instant> deadlineAt, @Nullable JobId retryOf)
            throws IOException {
        JobRequest request = prepared.request();
        String client = prepared.sender().client();
        OptionalInt tokens = prepared.promptTokens();
        BodyRef ref = ledger.stage(prepared.body());
        JobRow row = ledger.open(
                now,
                new Change.Submitted(
                        request.kind(),
                        request.priority(),
                        request.device(),
                        request.maxNewTokens(),
                        request.input().chars(),
                        tokens.isPresent() ? tokens.getAsInt() : null,
                        (tokens.isPresent() && lanes.tooLongForMain(tokens.getAsInt())) ? true : null,
                        due,
                        deadlineAt.orElse(null),
                        request.runAfter().map(now::plus).orElse(null),
                        client.isEmpty() ? null : client,
                        prepared.idempotency().orElse(null),
                        retryOf,
                        prepared.sender().trace().map(TraceContext::header).orElse(null),
                        ref));
        inputs.staged(row.id(), prepared.text());
        return row;
    }

    private Optional<Submission> madeBefore(Change.Idempotency idempotency) {
        IndexLook.KeyUse use = look().use(idempotency.key(), idempotency.request());
        if (use instanceof IndexLook.KeyUse.Same same) {
            return Optional.of(new Submission.Known(same.row().id()));
        }
        return use instanceof IndexLook.KeyUse.Other other
                ? Optional.of(new Submission.KeyReused(other.row().id()))
                : Optional.empty();
    }

    private IndexLook look() {
        return ledger.index().look();
    }
}
