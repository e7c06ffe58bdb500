package io.npuq.scheduler.simulation;

import java.util.List;
import java.util.Random;

/** What can be done to a queue that is open, and how often it is. */
enum Step {
    SUBMIT(220),
    SUBMIT_AGAIN(40),
    SUBMIT_SEVERAL(20),
    TAKE(230),
    TAKE_AHEAD(80),
    BEGIN(60),
    FINISH(130),
    FAIL(30),
    RECOVER(40),
    GIVE_BACK(30),
    ANSWER_LATE(30),
    CANCEL(35),
    RETRY(30),
    PAUSE(4),
    DRAIN(3),
    RESUME(40),
    PASS_TIME(150),
    SET_WALL_CLOCK(10);

    private static final int ALL =
            List.of(values()).stream().mapToInt(step -> step.weight).sum();
    private final int weight;

    Step(int weight) {
        this.weight = weight;
    }

    /** Any step. */
    static Step any(Random dice) {
        int left = dice.nextInt(ALL);
        for (Step step : values()) {
            left -= step.weight;
            if (left < 0) {
                return step;
            }
        }
        throw new IllegalStateException("the weights end before their sum");
    }

    /** Any step, but few submissions: lanes wait for jobs. */
    static Step anyAtEase(Random dice) {
        Step step = any(dice);
        return isSubmission(step) && dice.nextInt(8) > 0 ? TAKE : step;
    }

    /** One that asks for one thing only, so that at most one is in doubt when nobody answers. */
    static Step anyAlone(Random dice) {
        Step step = any(dice);
        return step == SUBMIT_SEVERAL ? SUBMIT : step;
    }

    private static boolean isSubmission(Step step) {
        return step == SUBMIT || step == SUBMIT_AGAIN || step == SUBMIT_SEVERAL;
    }
}
