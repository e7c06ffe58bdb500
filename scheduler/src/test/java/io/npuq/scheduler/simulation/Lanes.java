package io.npuq.scheduler.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.LaneState;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.RouteReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletionStage;

/** The lanes and their engines, in one life of the queue. */
final class Lanes {
    private static final List<Lane> LANES = List.of(Lane.NPU, Lane.CPU, Lane.BUILTIN, Lane.EMBEDDING);

    /** Beside a lane that says that it is the main one, others would take by rules of their own, which RoutingTest knows. */
    private static final List<Lane> LANES_WITH_MAIN = List.of(Lane.NPU, Lane.EMBEDDING);

    static final LaneState MAIN = new LaneState(LaneState.Role.MAIN, LaneState.Condition.SERVING, OptionalInt.empty());

    private static final int BUSY_MAX = 4;
    private static final int LATE_MAX = 20;

    private final Requests requests;
    private final Life life;
    private final Model model;
    private final Map<Integer, CompletionStage<Optional<Claim>>> takers = new HashMap<>();
    private final List<Held> held = new ArrayList<>();
    private final List<Held> late;
    private final List<Claim> takenBack = new ArrayList<>();
    private Optional<Held> ahead = Optional.empty();
    private OptionalInt aheadTaker = OptionalInt.empty();
    private int takes;
    private int begun;

    /**
     * Lanes in that life, which hold nothing yet. In every other one the NPU's lane says that it is the main one, and so may hold the next
     * job while it runs one.
     *
     * @param late what lanes held in lives before
     */
    Lanes(Random dice, Life life, Model model, List<Held> late) {
        this.requests = new Requests(dice);
        this.life = life;
        this.model = model;
        this.late = new ArrayList<>(late);
        if (dice.nextBoolean()) {
            model.tellMain();
            life.queue().laneState(Lane.NPU, MAIN);
            life.settle(1);
        }
    }

    /** A claim, and the model's number of its job. */
    record Held(Claim claim, int number) {}

    /** How many jobs it held in this life before they began. */
    int begunAhead() {
        return begun;
    }

    /** What lanes held in this life and before, for answers that come too late. */
    List<Held> lateAfterwards() {
        held.forEach(this::isLate);
        return late;
    }

    void take() {
        if (held.size() + takers.size() < BUSY_MAX) {
            Lane lane = requests.one(model.hasMain() ? LANES_WITH_MAIN : LANES);
            model.take(lane, takes, false);
            takers.put(takes, life.queue().take(lane));
            takes++;
        }
    }

    /** The main lane wants its next job while it may be running one. */
    void takeAhead() {
        if (model.hasMain() && aheadTaker.isEmpty() && ahead.isEmpty()) {
            aheadTaker = OptionalInt.of(takes);
            model.take(Lane.NPU, takes, true);
            takers.put(takes, life.queue().takeAhead(Lane.NPU));
            takes++;
        }
    }

    /** The main lane begins what it holds; what was taken back it cannot begin. */
    void begin() {
        if (!takenBack.isEmpty()) {
            assertEquals(Optional.empty(), life.queue().begin(requests.one(takenBack)));
        }
        if (ahead.isEmpty()) {
            return;
        }
        Held one = ahead.get();
        ModelJob job = model.begin(life.now()).orElseThrow();
        Optional<Claim> started = life.queue().begin(one.claim());
        // The start is recorded behind the answer; and a dead queue begins nothing.
        life.settle(1);
        RouteReason reason = one.claim().routeReason();
        assertEquals(
                Optional.of(claim(
                        job, job.attempt, Lane.NPU, reason, true, one.claim().cancel())),
                started);
        held.add(new Held(started.orElseThrow(), job.number));
        ahead = Optional.empty();
        begun++;
    }

    /** Lanes that wait are handed what the model hands them, and nothing else; what is held is taken back where the model says so. */
    void serve() {
        model.review();
        for (Model.Handed handed : model.serve(life.now())) {
            Claim claim = life.await(takers.remove(handed.taker())).orElseThrow();
            Claim expected = claim(
                    handed.job(), handed.attempt(), handed.lane(), handed.reason(), !handed.held(), claim.cancel());
            assertEquals(expected, claim);
            Held one = new Held(claim, handed.job().number);
            if (handed.held()) {
                ahead = Optional.of(one);
            } else {
                held.add(one);
            }
            if (aheadTaker.equals(OptionalInt.of(handed.taker()))) {
                aheadTaker = OptionalInt.empty();
            }
        }
        checkAhead();
    }

    /** The lane has been told when what it holds was taken back, and only then. */
    private void checkAhead() {
        if (ahead.isPresent()) {
            Held one = ahead.get();
            boolean back =
                    model.ahead().filter(job -> job.number == one.number()).isEmpty();
            assertEquals(back, one.claim().cancel().isSet(), () -> one + " was taken back");
            if (back) {
                takenBack.add(one.claim());
                ahead = Optional.empty();
            }
        }
    }

    private Claim claim(ModelJob job, int attempt, Lane lane, RouteReason reason, boolean begun, CancelSignal cancel) {
        return new Claim(
                job.name(),
                attempt,
                lane,
                reason,
                job.request,
                job.acceptedAt,
                job.deadlineAt,
                begun,
                Claim.waitMs(job.acceptedAt, life.now()),
                cancel);
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
