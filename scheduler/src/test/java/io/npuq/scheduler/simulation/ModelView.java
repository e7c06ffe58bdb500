package io.npuq.scheduler.simulation;

import io.npuq.scheduler.QueueStatus;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.Limits;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.QueueConfig;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The model as the queue must show it. What the model does not say, such as the words of an error, is taken from what is shown. */
final class ModelView {
    private final Model model;
    private final QueueConfig config;

    ModelView(Model model, QueueConfig config) {
        this.model = model;
        this.config = config;
    }

    Map<JobState, Long> states() {
        Map<JobState, Long> byState = new EnumMap<>(JobState.class);
        for (JobState state : JobState.values()) {
            byState.put(state, 0L);
        }
        model.jobs().forEach(job -> byState.merge(job.state, 1L, Long::sum));
        return byState;
    }

    QueueStatus status(QueueStatus shown) {
        List<ModelJob> queued = model.queued();
        Map<Integer, Long> byPriority = new TreeMap<>();
        queued.forEach(job -> byPriority.merge(job.request.priority(), 1L, Long::sum));
        return new QueueStatus(
                states(),
                byPriority,
                shown.queuedByLane(),
                queued.stream().map(job -> job.acceptedAt).findFirst(),
                shown.serviceRatePerSecond(),
                model.open().stream()
                        .filter(job -> job.state == JobState.RUNNING)
                        .map(ModelView::running)
                        .toList(),
                model.hasMain() ? Map.of(Lane.NPU, Lanes.MAIN) : Map.of(),
                model.routed(),
                config.queuedJobsMax(),
                queued.stream().mapToLong(job -> job.bytes).sum(),
                model.isPaused(),
                model.isDraining(),
                shown.checkpointTrouble());
    }

    Job job(ModelJob job, Job shown) {
        Optional<Outcome> outcome = job.outcome;
        boolean kept = !job.textsErased;
        int position =
                job.state == JobState.QUEUED ? model.line(job.isEmbedding()).indexOf(job) : -1;
        return new Job(
                job.name(),
                job.request.kind(),
                job.state,
                job.request.priority(),
                job.request.device(),
                job.request.maxNewTokens(),
                job.request.input().chars(),
                job.acceptedAt,
                job.startedAt,
                job.finishedAt,
                job.deadlineAt,
                job.attempt,
                Limits.ATTEMPTS_MAX,
                position < 0 ? Optional.empty() : Optional.of((long) position),
                position < 0
                        ? Optional.empty()
                        : model.pace().timeFor(position + 1).map(Duration::toMillis),
                outcome.flatMap(Outcome::result).filter(result -> kept),
                job.error.map(code ->
                        shown.error().filter(error -> error.code() == code).orElse(new JobError(code, "this code"))),
                outcome.flatMap(Outcome::evidence),
                kept ? job.request.metadata() : Map.of());
    }

    private static QueueStatus.Running running(ModelJob job) {
        return new QueueStatus.Running(
                job.name(),
                job.request.kind(),
                job.request.priority(),
                job.lane.orElseThrow(),
                job.startedAt.orElseThrow(),
                job.attempt);
    }
}
