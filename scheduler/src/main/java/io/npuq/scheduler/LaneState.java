package io.npuq.scheduler;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a lane is, as it tells the queue, which routes by it. A lane that has told nothing takes what a main lane takes, unless there is a
 * main lane.
 *
 * @param role what it is there for
 * @param condition whether it takes jobs
 * @param promptTokensMax the longest prompt that it takes, in tokens; empty without such a limit
 * @param counter counts prompts, while its model is loaded
 */
public record LaneState(Role role, Condition condition, OptionalInt promptTokensMax, Optional<PromptCounter> counter) {
    /** A lane that counts no prompts. */
    public LaneState(Role role, Condition condition, OptionalInt promptTokensMax) {
        this(role, condition, promptTokensMax, Optional.empty());
    }

    /** What a lane is there for. */
    public enum Role {
        /** Takes all that it can, in the order of the queue. There is one: the latest that says so. */
        MAIN,
        /** Takes what the main lane cannot, or not in time. */
        FALLBACK
    }

    /** Whether a lane takes jobs. */
    public enum Condition {
        /** Its engine is on its way. */
        LOADING,
        /** It takes jobs. */
        SERVING,
        /** Its device is not there. */
        UNAVAILABLE,
        /** Its model did not load on the device that is there; it is tried again. */
        LOAD_FAILED,
        /** Its device is set aside for a while. */
        QUARANTINED,
        /** It was stopped. */
        STOPPED
    }

    /** The same lane in another condition, without its model. */
    public LaneState in(Condition other) {
        return new LaneState(role, other, promptTokensMax);
    }

    /** Whether a prompt of so many tokens fits; 0 stands for one that nobody has counted. */
    public boolean takes(int promptTokens) {
        return promptTokensMax.isEmpty() || promptTokens <= promptTokensMax.getAsInt();
    }
}
