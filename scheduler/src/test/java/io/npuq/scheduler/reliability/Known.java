package io.npuq.scheduler.reliability;

import io.npuq.schema.ErrorCode;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobResult;
import io.npuq.schema.JobState;
import io.npuq.schema.Limits;
import io.npuq.schema.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one client may say of one job that was acknowledged to it. */
final class Known {
    /** How long the queue of the harness keeps answers. */
    static final Duration RETENTION = Duration.ofMinutes(30);

    private final JobRequest request;

    /** Endings that were handed in; one of them may have come to disk though nobody was told. */
    private final List<Ending> handedIn = new ArrayList<>();

    private boolean cancelAsked;
    private Optional<Ending> end = Optional.empty();

    Known(JobRequest request) {
        this.request = request;
    }

    /** How a job ends, as far as its client can see. */
    record Ending(JobState state, Optional<JobResult> result, Optional<JobError> error) {
        static Ending of(Outcome outcome) {
            return new Ending(outcome.state(), outcome.result(), outcome.error());
        }

        static Ending of(Job job) {
            return new Ending(job.state(), job.result(), job.error());
        }

        /** Whether it is that ending, of which the answer may be gone because its time is over. */
        boolean equals(Ending known, boolean answerMayBeGone) {
            boolean answers = result.equals(known.result) || (result.isEmpty() && answerMayBeGone);
            return answers && state == known.state && error.equals(known.error);
        }

        String brief() {
            String answer = result.map(r ->
                            r.text().length() + " characters, hash " + r.text().hashCode())
                    .orElse("no answer");
            return state + error.map(e -> " (" + e.message() + ")").orElse("") + " with " + answer;
        }
    }

    JobRequest request() {
        return request;
    }

    void cancelAsked() {
        cancelAsked = true;
    }

    void handedIn(Outcome outcome) {
        handedIn.add(Ending.of(outcome));
    }

    void acknowledged(Ending ending) {
        end = Optional.of(ending);
    }

    boolean hasEnded() {
        return end.isPresent();
    }

    /** What is wrong with the job as the queue shows it; the first end that is seen is held to from then on. */
    List<String> compare(Job job, Instant now) {
        List<String> wrong = new ArrayList<>();
        Ending shown = Ending.of(job);
        boolean gone =
                job.finishedAt().filter(at -> !now.isBefore(at.plus(RETENTION))).isPresent();
        if (end.isPresent() && !shown.equals(end.get(), gone)) {
            wrong.add("acknowledged as " + end.get().brief() + ", and now " + shown.brief());
        } else if (end.isEmpty() && job.state().isFinal()) {
            if (!mayHaveEndedSo(job, shown, gone)) {
                wrong.add("ended as nobody asked for: " + shown.brief() + ", and "
                        + handedIn.stream().map(Ending::brief).toList() + " was handed in");
            }
            acknowledged(shown);
        }
        if (!job.metadata().equals(request.metadata()) && !gone) {
            wrong.add("has labels " + job.metadata() + ", not " + request.metadata() + ", and is " + shown.brief());
        }
        if (job.kind() != request.kind() || job.priority() != request.priority()) {
            wrong.add("is another job: " + job);
        }
        return wrong;
    }

    private boolean mayHaveEndedSo(Job job, Ending shown, boolean gone) {
        if (handedIn.stream().anyMatch(ending -> shown.equals(ending, gone))) {
            return true;
        }
        ErrorCode code = shown.error().map(JobError::code).orElse(null);
        return (code == ErrorCode.CANCELLED && cancelAsked)
                || (code == ErrorCode.EXPIRED && request.deadline().isPresent())
                || (code == ErrorCode.ATTEMPTS_EXHAUSTED && job.attempt() == Limits.ATTEMPTS_MAX);
    }
}
