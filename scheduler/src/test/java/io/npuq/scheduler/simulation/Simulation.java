package io.npuq.scheduler.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.npuq.scheduler.JobPage;
import io.npuq.scheduler.JobQuery;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueStatus;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import io.npuq.schema.Limits;
import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;

/** One queue from its first start to its last close, with all the lives between, as one seed has them. */
final class Simulation {
    private static final int QUEUED_JOBS_MAX = 60;
    private static final int CLIENT_JOBS_MAX = 20;
    private static final long QUEUED_BYTES_MAX = 24_000;
    private static final Duration RETENTION = Duration.ofHours(24);

    /** The queue fills, and empties, by turns. */
    private static final int STEPS_OF_A_PHASE = 300;

    private static final int STEPS_BETWEEN_CRASHES = 700;
    private static final int STEPS_BETWEEN_CLOSES = 1_500;
    private static final int OPERATIONS_TO_DEATH_MAX = 6;
    private static final Duration DOWN_MAX = Duration.ofMinutes(5);
    private static final int LAST_COMPARED = 50;

    private final Random dice;
    private final SimulatedTime time = new SimulatedTime();
    private final QueueConfig config;
    private final UnaryOperator<JobQueue> plant;
    private List<Lanes.Held> late = List.of();
    private Life life;
    private Model model;
    private ModelView view;
    private Lanes lanes;
    private Steps steps;
    private int deaths;
    private int closes;
    private int begunAhead;

    Simulation(long seed, Path directory) {
        this(seed, directory, queue -> queue);
    }

    /** With a bug in front of the queue. */
    Simulation(long seed, Path directory, UnaryOperator<JobQueue> plant) {
        this.plant = plant;
        this.dice = new Random(seed);
        this.config = new QueueConfig(
                directory,
                QUEUED_JOBS_MAX,
                CLIENT_JOBS_MAX,
                QUEUED_BYTES_MAX,
                Limits.JOURNAL_BYTES_MAX,
                dice.nextBoolean(),
                RETENTION,
                QueueConfig.SPILL_AFTER);
        start(new Life(config, time, new SimulatedDisk(), plant), new Model(config));
    }

    int deaths() {
        return deaths;
    }

    int closes() {
        return closes;
    }

    /** Jobs that the main lane began which it had held while it ran another. */
    int begunAhead() {
        return begunAhead + lanes.begunAhead();
    }

    int jobs() {
        return model.jobs().size();
    }

    /** Plays so many steps, and compares every job at the end. */
    void play(int count) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) {
            if (dice.nextInt(STEPS_BETWEEN_CRASHES) == 0) {
                crash();
            } else if (dice.nextInt(STEPS_BETWEEN_CLOSES) == 0) {
                close();
            } else {
                steps.play(i / STEPS_OF_A_PHASE % 2 == 0 ? Step.any(dice) : Step.anyAtEase(dice));
                compareSome();
            }
        }
        close();
        compareAll();
        life.queue().close();
    }

    /** The process is killed: between two steps, or at some write of one. */
    private void crash() throws IOException, InterruptedException {
        deaths++;
        steps.expectDeath();
        List<Model> possible = new ArrayList<>();
        if (dice.nextInt(3) > 0) {
            life.dieAt(1 + dice.nextInt(OPERATIONS_TO_DEATH_MAX), dice.nextBoolean());
            try {
                steps.play(Step.anyAlone(dice));
            } catch (Life.DiedException e) {
                // Recorded or not: nobody was told. What came in may have been handed to a waiting lane in the same
                // batch.
                Model served = model.copy();
                served.serve(life.now());
                possible.addAll(List.of(model, served));
            }
        }
        possible.add(steps.answered());
        life.die();
        reopen(possible);
    }

    /** In order; or killed while that is done. */
    private void close() throws IOException, InterruptedException {
        closes++;
        if (dice.nextInt(4) > 0) {
            life.queue().close();
        } else {
            closeAndDie();
        }
        reopen(List.of(model));
    }

    private void closeAndDie() throws IOException, InterruptedException {
        life.dieAt(1 + dice.nextInt(OPERATIONS_TO_DEATH_MAX), dice.nextBoolean());
        try {
            life.queue().close();
        } catch (QueueUnavailableException e) {
            deaths++;
            life.die();
        }
    }

    /** Opens the queue again, after a while; it must show one of what is possible. */
    private void reopen(List<Model> possible) throws IOException, InterruptedException {
        late = lanes.lateAfterwards();
        begunAhead += lanes.begunAhead();
        time.pass(Duration.ofMillis(dice.nextLong(DOWN_MAX.toMillis())));
        List<Model> all = new ArrayList<>(possible);
        Life next = openUntilItLives(all);
        List<String> differences = new ArrayList<>();
        for (Model one : all) {
            opened(one, next);
            Optional<String> difference = difference(one, next);
            if (difference.isEmpty()) {
                start(next, one);
                return;
            }
            differences.add(difference.get());
        }
        throw new AssertionError("the opened queue shows nothing that may be:\n" + String.join("\nor\n", differences));
    }

    /** It may be killed in the start too: then what it may have recorded by then is added to what is possible. */
    private Life openUntilItLives(List<Model> possible) throws IOException, InterruptedException {
        while (true) {
            SimulatedDisk disk = new SimulatedDisk();
            boolean dies = dice.nextInt(4) == 0;
            if (dies) {
                disk.dieAt(1 + dice.nextInt(OPERATIONS_TO_DEATH_MAX), dice.nextBoolean());
            }
            Instant now = time.instant();
            Optional<Life> next = open(disk, dies);
            if (next.isPresent()) {
                return next.get();
            }
            deaths++;
            for (Model before : List.copyOf(possible)) {
                Model recovered = before.copy();
                recovered.recover(now);
                Model brought = recovered.copy();
                brought.pass(now);
                possible.addAll(List.of(recovered, brought));
            }
            time.pass(Duration.ofMillis(1 + dice.nextInt(1000)));
        }
    }

    private Optional<Life> open(SimulatedDisk disk, boolean mayDie) throws IOException, InterruptedException {
        Life next;
        try {
            next = new Life(config, time, disk, plant);
        } catch (QueueUnavailableException e) {
            disk.release();
            if (mayDie) {
                return Optional.empty();
            }
            throw e;
        }
        try {
            // All keys and texts may be looked at again.
            next.settle(2 * model.jobs().size());
            disk.live();
            return Optional.of(next);
        } catch (Life.DiedException e) {
            next.die();
            return Optional.empty();
        }
    }

    private static void opened(Model one, Life life) {
        if (life.rebuiltIndex()) {
            one.readAgain();
        }
        one.recover(life.now());
        one.pass(life.now());
    }

    private void start(Life next, Model now) {
        life = next;
        model = now;
        view = new ModelView(model, config);
        lanes = new Lanes(dice, life, model, late);
        steps = new Steps(dice, time, life, model, view, lanes);
    }

    private void compareSome() {
        lanes.check();
        QueueStatus status = life.await(life.queue().status());
        assertEquals(view.status(status), status);
        if (!model.jobs().isEmpty()) {
            List<ModelJob> from = dice.nextBoolean() || model.open().isEmpty() ? model.jobs() : model.open();
            compare(from.get(dice.nextInt(from.size())));
        }
    }

    private void compareAll() {
        model.jobs().forEach(this::compare);
        Optional<JobId> after = Optional.empty();
        List<JobId> listed = new ArrayList<>();
        do {
            JobPage page = life.await(life.queue().list(new JobQuery(Optional.empty(), Optional.empty(), 200, after)));
            page.jobs().forEach(job -> listed.add(0, job.id()));
            after = page.hasMore() ? Optional.of(listed.get(0)) : Optional.empty();
        } while (after.isPresent());
        assertEquals(model.jobs().stream().map(ModelJob::name).toList(), listed);
    }

    private void compare(ModelJob job) {
        Job shown = life.await(life.queue().get(job.name())).orElseThrow();
        assertEquals(view.job(job, shown), shown);
    }

    /** How the queue differs from that model in its counts, its open jobs and those that came last. */
    private Optional<String> difference(Model one, Life life) {
        ModelView seen = new ModelView(one, config);
        QueueStatus status = life.await(life.queue().status());
        if (!status.byState().equals(seen.states())) {
            return Optional.of(seen.states() + ", but it shows " + status.byState());
        }
        nameNewest(one, life);
        if (!status.equals(seen.status(status))) {
            return Optional.of(seen.status(status) + "\nbut it shows\n" + status);
        }
        int size = one.jobs().size();
        List<ModelJob> some = new ArrayList<>(one.jobs().subList(Math.max(0, size - LAST_COMPARED), size));
        some.addAll(one.open());
        return some.stream()
                .flatMap(job -> difference(job, seen, life).stream())
                .findFirst();
    }

    private static Optional<String> difference(ModelJob job, ModelView seen, Life life) {
        Optional<Job> shown = life.await(life.queue().get(job.name()));
        if (job.state == JobState.QUEUED && shown.isPresent() && life.losses(job.name()) != job.lossesInARow) {
            return Optional.of(
                    job.name() + " lost " + job.lossesInARow + " engines in a row, not " + life.losses(job.name()));
        }
        return shown.filter(it -> it.equals(seen.job(job, it))).isPresent()
                ? Optional.empty()
                : Optional.of(shown.map(it -> seen.job(job, it) + "\nbut it shows\n" + it)
                        .orElse(job.name() + " is lost"));
    }

    /** Jobs whose submission was not answered have a name all the same. */
    private static void nameNewest(Model one, Life life) {
        List<ModelJob> jobs = one.jobs();
        long nameless = jobs.stream().filter(job -> job.id.isEmpty()).count();
        if (nameless > 0) {
            JobQuery newest = new JobQuery(Optional.empty(), Optional.empty(), (int) nameless, Optional.empty());
            List<Job> page = life.await(life.queue().list(newest)).jobs();
            for (int i = 0; i < nameless; i++) {
                jobs.get(jobs.size() - 1 - i).id = Optional.of(page.get(i).id());
            }
        }
    }
}
