package io.npuq.scheduler.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.npuq.scheduler.Cancellation;
import io.npuq.scheduler.Retry;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.embedded.SimulatedProcess;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;

/** What clients, lanes and operators do in one life of the queue: each thing to the model first, then to the queue. */
final class Steps {
    private static final int AT_ONCE_MAX = 8;
    private static final Duration WALL_CLOCK_JUMP = Duration.ofHours(1);

    private final Random dice;
    private final SimulatedTime time;
    private final Requests requests;
    private final Life life;
    private final Model model;
    private final ModelView view;
    private final Lanes lanes;
    private Model answered;
    private boolean deathIsNear;

    Steps(Random dice, SimulatedTime time, Life life, Model model, ModelView view, Lanes lanes) {
        this.dice = dice;
        this.time = time;
        this.requests = new Requests(dice);
        this.life = life;
        this.model = model;
        this.view = view;
        this.lanes = lanes;
        this.answered = model;
    }

    /** From now on {@link #answered} is kept up. */
    void expectDeath() {
        deathIsNear = true;
        answered = model.copy();
    }

    /** The model with all that was answered, and nothing else; after {@link #expectDeath}. */
    Model answered() {
        return answered;
    }

    /** Does it; throws {@link Life.DiedException} when the process died of it. */
    void play(Step step) {
        switch (step) {
            case SUBMIT -> submit(requests.request(), requests.sender());
            case SUBMIT_AGAIN -> submitAgain();
            case SUBMIT_SEVERAL -> submitSeveral();
            case TAKE -> lanes.take();
            case TAKE_AHEAD -> lanes.takeAhead();
            case BEGIN -> lanes.begin();
            case FINISH -> lanes.finish(false);
            case FAIL -> lanes.finish(true);
            case RECOVER -> lanes.giveBack(true);
            case GIVE_BACK -> lanes.giveBack(false);
            case ANSWER_LATE -> lanes.answerLate();
            case CANCEL -> cancel();
            case RETRY -> retry();
            case PAUSE -> pause();
            case DRAIN -> drain();
            case RESUME -> resume();
            case PASS_TIME -> passTime();
            case SET_WALL_CLOCK -> time.setWallClock(dice.nextBoolean() ? WALL_CLOCK_JUMP : WALL_CLOCK_JUMP.negated());
        }
        keepAnswered();
        lanes.serve();
        keepAnswered();
        // A job that came back past its deadline goes at once.
        life.settle(model.pass(life.now()));
        keepAnswered();
    }

    private void keepAnswered() {
        if (deathIsNear) {
            answered = model.copy();
        }
    }

    private void submit(JobRequest request, Sender sender) {
        Model.Answer expected = model.submit(request, sender, SimulatedProcess.storedBytes(request), life.now());
        Submission shown = life.await(life.queue().submit(request, sender));
        check(expected, shown);
        if (shown instanceof Submission.Accepted accepted) {
            assertEquals(view.job(expected.job().orElseThrow(), accepted.job()), accepted.job());
        }
    }

    /** What came with a key, again; or something else with its key. */
    private void submitAgain() {
        List<ModelJob> keyed = model.jobs().stream()
                .filter(job -> job.sender.idempotencyKey().isPresent())
                .toList();
        if (!keyed.isEmpty()) {
            ModelJob before = requests.one(keyed);
            submit(dice.nextInt(4) == 0 ? requests.request() : before.request, before.sender);
        }
    }

    /** So that several share a sync. Where a lane waits nobody can say which of them it gets, so then there is one. */
    private void submitSeveral() {
        List<Model.Answer> expected = new ArrayList<>();
        List<CompletionStage<Submission>> answers = new ArrayList<>();
        int count = model.takers() > 0 ? 1 : 2 + dice.nextInt(AT_ONCE_MAX);
        for (int i = 0; i < count; i++) {
            JobRequest request = requests.request();
            Sender sender = requests.sender();
            expected.add(model.submit(request, sender, SimulatedProcess.storedBytes(request), life.now()));
            answers.add(life.queue().submit(request, sender));
        }
        for (int i = 0; i < count; i++) {
            check(expected.get(i), life.await(answers.get(i)));
        }
    }

    private void cancel() {
        if (model.jobs().isEmpty()) {
            return;
        }
        ModelJob job = anyJob();
        model.cancel(job, life.now());
        Cancellation.Known shown = assertInstanceOf(
                Cancellation.Known.class, life.await(life.queue().cancel(job.name())));
        assertEquals(view.job(job, shown.job()), shown.job());
        lanes.checkCancelled(job);
    }

    private void retry() {
        List<ModelJob> failed = model.jobs().stream()
                .filter(job -> job.state == JobState.FAILED)
                .toList();
        if (failed.isEmpty()) {
            return;
        }
        ModelJob job = dice.nextInt(4) == 0 ? anyJob() : requests.one(failed);
        Sender sender = requests.sender();
        Model.Answer expected = model.retry(job, sender, life.now());
        Retry shown = life.await(life.queue().retry(job.name(), sender));
        if (shown instanceof Retry.Submitted submitted) {
            check(expected, submitted.submission());
        } else {
            assertEquals(expected.what(), shown instanceof Retry.InputErased ? Model.ERASED : Model.NOT_FAILED);
        }
    }

    /** One that is open, as often as not. */
    private ModelJob anyJob() {
        return requests.one(dice.nextBoolean() || model.open().isEmpty() ? model.jobs() : model.open());
    }

    private void pause() {
        model.pause(true);
        life.await(life.queue().pause());
    }

    private void drain() {
        model.drain(true);
        life.await(life.queue().drain());
    }

    private void resume() {
        model.pause(false);
        model.drain(false);
        life.await(life.queue().resume());
    }

    /** Mostly less than a second, seldom more than all that is kept. */
    private void passTime() {
        long millisMax =
                List.of(500L, 500L, 500L, 3_000L, 3_000L, 60_000L, 600_000L).get(dice.nextInt(7));
        boolean aDay = dice.nextInt(400) == 0;
        time.pass(aDay ? Duration.ofHours(25) : Duration.ofMillis(1 + dice.nextLong(millisMax)));
        life.settle(model.pass(life.now()));
    }

    private static void check(Model.Answer expected, Submission shown) {
        if (shown instanceof Submission.Accepted accepted) {
            assertEquals(expected.what(), Model.ACCEPTED);
            expected.job().orElseThrow().id = Optional.of(accepted.job().id());
        } else if (shown instanceof Submission.Known known) {
            assertEquals(expected.what(), Model.KNOWN);
            assertEquals(expected.job().orElseThrow().name(), known.id());
        } else if (shown instanceof Submission.KeyReused reused) {
            assertEquals(expected.what(), Model.REUSED);
            assertEquals(expected.job().orElseThrow().name(), reused.id());
        } else {
            Submission.Refused refused = assertInstanceOf(Submission.Refused.class, shown);
            assertEquals(expected.what(), refused.reason().name(), refused.message());
        }
    }
}
