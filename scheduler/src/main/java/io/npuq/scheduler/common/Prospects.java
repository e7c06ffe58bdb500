package io.npuq.scheduler.common;

import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Submission;
import io.npuq.schema.DeadlineMode;
import io.npuq.schema.JobRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/** Whether a job that may come in could also be done: refused at once is better than waited for in vain. */
public final class Prospects {
    private final Lanes<?> lanes;
    private final Pace pace;

    /** By what is known of the lanes, and of how fast jobs go. */
    public Prospects(Lanes<?> lanes, Pace pace) {
        this.lanes = lanes;
        this.pace = pace;
    }

    /** A prompt that no lane takes that may run the job. */
    public Optional<Submission.Refused> tooLong(JobRequest request, OptionalInt tokens) {
        if (tokens.isEmpty()) {
            return Optional.empty();
        }
        OptionalInt most = lanes.promptTokensMax(request.device());
        boolean fits = most.isEmpty() || tokens.getAsInt() <= most.getAsInt();
        return fits
                ? Optional.empty()
                : Optional.of(new Submission.Refused(
                        Refusal.PROMPT_TOO_LONG, PromptLengths.tooLong(tokens.getAsInt(), most), Duration.ZERO));
    }

    /**
     * What comes before the job, and the job itself, must have run by its deadline.
     *
     * @param jobsBefore how many come before it; only asked where that matters
     */
    public Optional<Submission.Refused> tooLate(JobRequest request, LongSupplier jobsBefore) {
        if (request.deadline().isEmpty()
                || request.deadlineMode() == DeadlineMode.BEST_EFFORT
                || pace.timeFor(1).isEmpty()) {
            return Optional.empty();
        }
        Duration deadline = request.deadline().get();
        Duration held = request.runAfter().orElse(Duration.ZERO);
        return pace.timeFor(jobsBefore.getAsLong())
                .map(wait -> wait.dividedBy(lanes.serving(request.device())))
                .map(wait -> (wait.compareTo(held) > 0 ? wait : held).plus(pace.runTime(request.kind())))
                .filter(estimate -> estimate.compareTo(deadline) > 0)
                .map(estimate -> new Submission.Refused(
                        Refusal.DEADLINE_UNREACHABLE,
                        "the job would end in about " + estimate.toMillis() + " ms, after its deadline of "
                                + deadline.toMillis()
                                + " ms; give it more time, or set deadline_mode to best_effort to try all the same",
                        estimate));
    }
}
