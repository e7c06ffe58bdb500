package io.npuq.scheduler.simulation;

import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Sender;
import io.npuq.schema.DeadlineMode;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.Limits;
import io.npuq.schema.Outcome;
import io.npuq.schema.RouteReason;
import io.npuq.schema.config.QueueConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the queue must do, said in lists. Every call is told the queue's time, and first lets happen what time brings. */
final class Model {
    private static final Duration PRIORITY_STEP = Duration.ofMinutes(1);
    private static final Duration BACK_OFF = Duration.ofSeconds(1);

    static final String ACCEPTED = "accepted";
    static final String KNOWN = "known";
    static final String REUSED = "reused";
    static final String NOT_FAILED = "not failed";
    static final String ERASED = "erased";

    private final QueueConfig config;
    private final List<ModelJob> jobs = new ArrayList<>();
    private final List<ModelJob> open = new ArrayList<>();
    private final List<ModelJob> keptTexts = new ArrayList<>();
    private final Map<String, ModelJob> keys = new HashMap<>();
    private final Map<Lane, Deque<Taker>> takers = new EnumMap<>(Lane.class);
    private final Map<RouteReason, Long> routed = new EnumMap<>(RouteReason.class);
    private ModelPace pace = new ModelPace();
    private boolean paused;
    private boolean draining;
    private Optional<ModelJob> ahead = Optional.empty();
    private boolean hasMain;

    Model(QueueConfig config) {
        this.config = config;
    }

    Model copy() {
        Model copy = new Model(config);
        jobs.forEach(job -> copy.jobs.add(job.copy()));
        open.forEach(job -> copy.open.add(copy.job(job.number)));
        keptTexts.forEach(job -> copy.keptTexts.add(copy.job(job.number)));
        keys.forEach((key, job) -> copy.keys.put(key, copy.job(job.number)));
        takers.forEach((lane, waiting) -> copy.takers.put(lane, new ArrayDeque<>(waiting)));
        copy.ahead = ahead.map(job -> copy.job(job.number));
        copy.hasMain = hasMain;
        copy.routed.putAll(routed);
        copy.pace = pace.copy();
        copy.paused = paused;
        copy.draining = draining;
        return copy;
    }

    /** An answer to a submission: the job is the new one, or the one of before, or there is none. */
    record Answer(String what, Optional<ModelJob> job) {
        static Answer refused(Refusal reason) {
            return new Answer(reason.name(), Optional.empty());
        }
    }

    /** A lane that waits for a job, which it may only hold where it runs another one. */
    private record Taker(int number, boolean mayHold) {}

    /** A job that is handed to a waiting lane; held, it has not begun. */
    record Handed(Lane lane, RouteReason reason, int taker, ModelJob job, int attempt, boolean held) {}

    List<ModelJob> jobs() {
        return jobs;
    }

    List<ModelJob> open() {
        return open;
    }

    ModelJob job(int number) {
        return jobs.get(number);
    }

    boolean isPaused() {
        return paused;
    }

    boolean isDraining() {
        return draining;
    }

    Map<RouteReason, Long> routed() {
        return routed;
    }

    ModelPace pace() {
        return pace;
    }

    List<ModelJob> queued() {
        return open.stream().filter(job -> job.state == JobState.QUEUED).toList();
    }

    /** The order of the queue, for vectors or for texts. */
    List<ModelJob> line(boolean embedding) {
        return open.stream()
                .filter(job -> job.isInLine() && job.isEmbedding() == embedding)
                .sorted(ModelJob.BY_DUE)
                .toList();
    }

    int takers() {
        return takers.values().stream().mapToInt(Deque::size).sum();
    }

    /** What time brings; how many things it brought. */
    int pass(Instant now) {
        List<ModelJob> late =
                queued().stream().filter(job -> job.isPastDeadline(now)).toList();
        late.forEach(job -> end(job, JobState.EXPIRED, now, Optional.of(ErrorCode.EXPIRED)));
        List<ModelJob> ready = queued().stream()
                .filter(job -> !job.isInLine() && !job.notBefore.orElseThrow().isAfter(now))
                .toList();
        ready.forEach(job -> job.released = true);
        return late.size() + ready.size() + forgetBefore(now.minus(config.resultRetention()));
    }

    private int forgetBefore(Instant end) {
        List<ModelJob> old = keptTexts.stream()
                .filter(job -> !job.finishedAt.orElseThrow().isAfter(end))
                .toList();
        old.forEach(job -> job.textsErased = true);
        keptTexts.removeAll(old);
        int remembered = keys.size();
        keys.values().removeIf(job -> !job.acceptedAt.isAfter(end));
        return old.size() + remembered - keys.size();
    }

    Answer submit(JobRequest request, Sender sender, int bytes, Instant now) {
        Optional<String> key = ModelJob.key(sender);
        ModelJob before = key.map(keys::get).orElse(null);
        if (before != null) {
            return new Answer(before.request.equals(request) ? KNOWN : REUSED, Optional.of(before));
        }
        Optional<Refusal> full = full(sender.client(), bytes);
        if (full.isPresent()) {
            return Answer.refused(full.get());
        }
        Instant due = due(request, now);
        if (isTooLate(request, due)) {
            return Answer.refused(Refusal.DEADLINE_UNREACHABLE);
        }
        ModelJob job = new ModelJob(jobs.size(), request, sender, bytes, now, due);
        jobs.add(job);
        open.add(job);
        key.ifPresent(word -> keys.put(word, job));
        return new Answer(ACCEPTED, Optional.of(job));
    }

    Answer retry(ModelJob failed, Sender sender, Instant now) {
        if (failed.state != JobState.FAILED) {
            return new Answer(NOT_FAILED, Optional.of(failed));
        }
        return failed.textsErased
                ? new Answer(ERASED, Optional.empty())
                : submit(failed.request, sender, failed.bytes, now);
    }

    void take(Lane lane, int taker, boolean mayHold) {
        takers.computeIfAbsent(lane, l -> new ArrayDeque<>()).add(new Taker(taker, mayHold));
    }

    /** From here on, until the process ends, the NPU's lane says that it is the main one, and serves. */
    void tellMain() {
        hasMain = true;
    }

    boolean hasMain() {
        return hasMain;
    }

    /** The job that the main lane holds while it runs another one. */
    Optional<ModelJob> ahead() {
        return ahead;
    }

    /** What is held goes back, unless it is still the first in line; one before it that came back past its deadline is in line too. */
    void review() {
        ahead = ahead.filter(job -> !paused && line(false).get(0) == job);
    }

    /** The lane begins what it holds; empty when that was taken back. */
    Optional<ModelJob> begin(Instant now) {
        Optional<ModelJob> begun = ahead;
        begun.ifPresent(job -> start(job, Lane.NPU, now));
        return begun;
    }

    /** Hands out what there is to lanes that wait: never past its deadline. */
    List<Handed> serve(Instant now) {
        List<Handed> handed = new ArrayList<>();
        takers.forEach((lane, waiting) -> {
            while (!waiting.isEmpty() && !paused && next(lane, now).isPresent()) {
                ModelJob job = next(lane, now).orElseThrow();
                Taker taker = waiting.remove();
                boolean held = taker.mayHold() && runs(lane);
                if (held) {
                    ahead = Optional.of(job);
                } else {
                    start(job, lane, now);
                }
                int attempt = held ? job.attempt + 1 : job.attempt;
                handed.add(new Handed(lane, reason(lane, job.request.device()), taker.number(), job, attempt, held));
            }
        });
        return handed;
    }

    private void start(ModelJob job, Lane lane, Instant now) {
        forgetAhead(job);
        job.state = JobState.RUNNING;
        job.attempt++;
        job.startedAt = Optional.of(now);
        job.lane = Optional.of(lane);
        routed.merge(reason(lane, job.request.device()), 1L, Long::sum);
    }

    private boolean runs(Lane lane) {
        return open.stream().anyMatch(job -> job.lane.equals(Optional.of(lane)));
    }

    private void forgetAhead(ModelJob job) {
        ahead = ahead.filter(held -> held != job);
    }

    /** The lanes that take are main ones: where none says so, each is. */
    private static RouteReason reason(Lane lane, DevicePolicy device) {
        if (lane == Lane.EMBEDDING || device == DevicePolicy.ANY) {
            return RouteReason.REQUESTED;
        }
        if (lane != Lane.NPU) {
            return RouteReason.NPU_UNAVAILABLE;
        }
        return device == DevicePolicy.NPU ? RouteReason.REQUESTED : RouteReason.WITHIN_LIMIT;
    }

    private Optional<ModelJob> next(Lane lane, Instant now) {
        return line(lane == Lane.EMBEDDING).stream()
                .filter(job -> !job.isPastDeadline(now))
                .findFirst();
    }

    /** Whether the attempt still held its job. */
    boolean finish(ModelJob job, int attempt, Outcome outcome, Instant now) {
        if (!isHeld(job, attempt)) {
            return false;
        }
        job.outcome = Optional.of(outcome);
        end(job, outcome.state(), now, outcome.error().map(error -> error.code()));
        pace.ended(job.request.kind(), Duration.between(job.startedAt.orElseThrow(), now));
        return true;
    }

    /** Whether the attempt still held its job. */
    boolean giveBack(ModelJob job, int attempt, boolean engineLost, Instant now) {
        if (!isHeld(job, attempt)) {
            return false;
        }
        job.lossesInARow = engineLost ? job.lossesInARow + 1 : 0;
        if (job.cancelAsked) {
            end(job, JobState.CANCELLED, now, Optional.of(ErrorCode.CANCELLED));
        } else if (job.lossesInARow == 2 || job.attempt == Limits.ATTEMPTS_MAX) {
            end(job, JobState.FAILED, now, Optional.of(ErrorCode.ATTEMPTS_EXHAUSTED));
        } else {
            job.state = JobState.QUEUED;
            job.lane = Optional.empty();
            job.released = false;
            job.notBefore = engineLost ? Optional.of(now.plus(BACK_OFF)) : Optional.empty();
        }
        return true;
    }

    void cancel(ModelJob job, Instant now) {
        if (job.state == JobState.QUEUED) {
            end(job, JobState.CANCELLED, now, Optional.of(ErrorCode.CANCELLED));
        } else if (job.state == JobState.RUNNING) {
            job.cancelAsked = true;
        }
    }

    void pause(boolean on) {
        paused = on;
    }

    void drain(boolean on) {
        draining = on;
    }

    /** All is read again from the journal: what time had brought is to be brought again, by the new process's clock. */
    void readAgain() {
        open.forEach(job -> job.released = false);
        keys.clear();
        jobs.forEach(job -> ModelJob.key(job.sender).ifPresent(key -> keys.put(key, job)));
    }

    /** Another process has the queue now: what ran is given back. */
    void recover(Instant now) {
        takers.clear();
        ahead = Optional.empty();
        hasMain = false;
        draining = false;
        pace = new ModelPace();
        open.stream()
                .filter(job -> job.state == JobState.RUNNING)
                .toList()
                .forEach(job -> giveBack(job, job.attempt, false, now));
    }

    private static boolean isHeld(ModelJob job, int attempt) {
        return job.state == JobState.RUNNING && job.attempt == attempt;
    }

    private void end(ModelJob job, JobState state, Instant now, Optional<ErrorCode> error) {
        job.end(state, now, error);
        forgetAhead(job);
        open.remove(job);
        keptTexts.add(job);
    }

    private Optional<Refusal> full(String client, int bytes) {
        List<ModelJob> waiting = queued();
        if (draining) {
            return Optional.of(Refusal.DRAINING);
        }
        long waitingBytes = waiting.stream().mapToLong(job -> job.bytes).sum();
        if (waiting.size() >= config.queuedJobsMax() || waitingBytes + bytes > config.queuedBytesMax()) {
            return Optional.of(Refusal.QUEUE_FULL);
        }
        long ofClient = waiting.stream()
                .filter(job -> job.sender.client().equals(client))
                .count();
        return ofClient >= config.clientJobsMax() ? Optional.of(Refusal.CLIENT_FULL) : Optional.empty();
    }

    private Instant due(JobRequest request, Instant now) {
        Instant byPriority = now.plus(PRIORITY_STEP.multipliedBy(request.priority()));
        Instant byDeadline = request.deadline()
                .map(deadline -> now.plus(deadline).minus(pace.runTime(request.kind())))
                .map(at -> at.isBefore(now) ? now : at)
                .orElse(byPriority);
        return (byDeadline.isBefore(byPriority) ? byDeadline : byPriority).truncatedTo(ChronoUnit.MICROS);
    }

    private boolean isTooLate(JobRequest request, Instant due) {
        if (request.deadline().isEmpty() || request.deadlineMode() == DeadlineMode.BEST_EFFORT) {
            return false;
        }
        long before = line(request.kind() == JobKind.EMBEDDING).stream()
                .filter(job -> !job.due.isAfter(due))
                .count();
        Duration held = request.runAfter().orElse(Duration.ZERO);
        return pace.timeFor(before)
                .map(wait -> (wait.compareTo(held) > 0 ? wait : held).plus(pace.runTime(request.kind())))
                .filter(estimate -> estimate.compareTo(request.deadline().get()) > 0)
                .isPresent();
    }
}
