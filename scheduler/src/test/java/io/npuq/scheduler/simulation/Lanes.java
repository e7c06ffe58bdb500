package io.npuq.scheduler.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;

/** The lanes and their engines, in one life of the queue. */
final class Lanes {
    private static final List<Lane> LANES = List.of(Lane.NPU, Lane.CPU, Lane.BUILTIN, Lane.EMBEDDING);
    private static final int BUSY_MAX = 4;
    private static final int LATE_MAX = 20;

    private final Requests requests;
    private final Life life;
    private final Model model;
    private final Map<Integer, CompletionStage<Optional<Claim>>> takers = new HashMap<>();
    private final List<Held> held = new ArrayList<>();
    private final List<Held> late;
    private int takes;

    /**
     * Lanes in that life, which hold nothing yet.
     *
     * @param late what lanes held in lives before
     */
    Lanes(Random dice, Life life, Model model, List<Held> late) {
        this.requests = new Requests(dice);
        this.life = life;
        this.model = model;
        this.late = new ArrayList<>(late);
    }

    /** A claim, and the model's number of its job. */
    record Held(Claim claim, int number) {}

    /** What lanes held in this life and before, for answers that come too late. */
    List<Held> lateAfterwards() {
        held.forEach(this::isLate);
        return late;
    }

    void take() {
        if (held.size() + takers.size() < BUSY_MAX) {
            Lane lane = requests.one(LANES);
            model.take(lane, takes);
            takers.put(takes, life.queue().take(lane));
            takes++;
        }
    }

    /** Lanes that wait are handed what the model hands them, and nothing else. */
    void serve() {
        for (Model.Handed handed : model.serve(life.now())) {
            ModelJob job = handed.job();
            Claim claim = life.await(takers.remove(handed.taker())).orElseThrow();
            double waitedMs = Duration.between(job.acceptedAt, life.now()).toNanos() / 1e6;
            assertEquals(
                    new Claim(
                            job.name(),
                            job.attempt,
                            handed.lane(),
                            handed.reason(),
                            job.request,
                            job.acceptedAt,
                            job.deadlineAt,
                            true,
                            waitedMs,
                            claim.cancel()),
                    claim);
            held.add(new Held(claim, job.number));
        }
    }

    /** Nobody was handed what the model has not handed out. */
    void check() {
        assertTrue(takers.values().stream()
                .noneMatch(taker -> taker.toCompletableFuture().isDone()));
    }

    void checkCancelled(ModelJob job) {
        held.stream()
                .filter(one -> one.number() == job.number)
                .forEach(one -> assertTrue(one.claim().cancel().isSet()));
    }

    void finish(boolean fails) {
        if (!held.isEmpty()) {
            Held one = release();
            finish(one, requests.outcome(one.claim().attempt(), fails), Finish.RECORDED);
        }
    }

    void giveBack(boolean engineLost) {
        if (!held.isEmpty()) {
            giveBack(release(), engineLost, Finish.RECORDED);
        }
    }

    /** An attempt that was given up, or had ended, says something more. */
    void answerLate() {
        if (!late.isEmpty()) {
            Held one = requests.one(late);
            finish(one, requests.outcome(one.claim().attempt(), false), Finish.FENCED);
            giveBack(one, true, Finish.FENCED);
        }
    }

    private void finish(Held one, Outcome outcome, Finish expected) {
        boolean recorded = model.finish(model.job(one.number()), one.claim().attempt(), outcome, life.now());
        assertEquals(expected, recorded ? Finish.RECORDED : Finish.FENCED, "the model itself");
        assertEquals(expected, life.await(life.queue().finish(one.claim(), outcome)));
    }

    private void giveBack(Held one, boolean engineLost, Finish expected) {
        boolean recorded = model.giveBack(model.job(one.number()), one.claim().attempt(), engineLost, life.now());
        assertEquals(expected, recorded ? Finish.RECORDED : Finish.FENCED, "the model itself");
        assertEquals(
                expected,
                life.await(
                        engineLost
                                ? life.queue().recover(one.claim(), "the engine was lost")
                                : life.queue().giveBack(one.claim(), "the lane stopped")));
    }

    private Held release() {
        Held one = requests.one(held);
        held.remove(one);
        isLate(one);
        return one;
    }

    private void isLate(Held one) {
        late.add(one);
        if (late.size() > LATE_MAX) {
            late.remove(0);
        }
    }
}
