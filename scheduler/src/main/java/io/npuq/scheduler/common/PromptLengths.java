package io.npuq.scheduler.common;

import java.util.OptionalInt;

/** What is said of a prompt that no lane takes. */
public final class PromptLengths {
    private PromptLengths() {}

    public static String tooLong(int promptTokens, OptionalInt most) {
        return "the prompt has " + promptTokens + " tokens, and at most " + most.orElse(Integer.MAX_VALUE)
                + " are taken where the job may run; shorten the input";
    }
}
