package io.npuq.schema.config;

import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Limits;
import java.util.OptionalLong;

/**
 * What one client may do, within what all may do together.
 *
 * @param requestsPerMinute how many requests in any 60 s; empty for any number
 * @param tokensPerMinute after so many tokens, of prompts and answers of its jobs that ended in the last 60 s, it waits; empty for never
 * @param queuedJobs how many of its jobs may wait; empty for as many as any client's
 * @param priority the most urgent that its jobs may have: the smallest number
 */
public record ClientLimits(
        OptionalLong requestsPerMinute, OptionalLong tokensPerMinute, OptionalLong queuedJobs, int priority) {
    /** No limits of its own. */
    public static final ClientLimits NONE =
            new ClientLimits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), Limits.PRIORITY_MIN);

    /** Checks the bounds. */
    public ClientLimits {
        atLeastOne("requests_per_minute", requestsPerMinute);
        atLeastOne("tokens_per_minute", tokensPerMinute);
        atLeastOne("queued_jobs", queuedJobs);
        InvalidInputException.check(
                priority >= Limits.PRIORITY_MIN && priority <= Limits.PRIORITY_MAX,
                "priority",
                "priority must be from " + Limits.PRIORITY_MIN + " (most urgent) to " + Limits.PRIORITY_MAX);
    }

    private static void atLeastOne(String name, OptionalLong limit) {
        limit.ifPresent(most -> InvalidInputException.check(most >= 1, name, name + " must be at least 1"));
    }
}
