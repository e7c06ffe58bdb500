package io.npuq.scheduler.embedded;

import java.util.OptionalInt;

/** What is said of a prompt that no lane takes. */
final class PromptLengths {
    private PromptLengths() {}

    static String tooLong(int promptTokens, OptionalInt most) {
        return "the prompt has " + promptTokens + " tokens, and at most " + most.orElse(Integer.MAX_VALUE)
                + " are taken where the job may run; shorten the input";
    }
}
