package io.npuq.worker.llm.guide;

import java.util.function.IntPredicate;

/** The model as a guide sees it: tokens go in, a next token is picked among those that are allowed. */
public interface Voice {
    /** Picked instead of a token when the generation was cancelled. */
    int CANCELLED = -1;

    /** The tokens of a text inside the answer, without special ones. */
    int[] tokens(String text);

    /** The bytes of a token; none for a special one. */
    byte[] bytes(int token);

    /** Whether the token ends the model's turn. */
    boolean endsTurn(int token);

    /** How many more tokens the answer may have. */
    int tokensLeft();

    /** Adds tokens to the answer; there are at most {@link #tokensLeft()}. */
    void feed(int... tokens);

    /**
     * Picks the next token, without adding it.
     *
     * @param allowed at least one token is
     * @return the token, or {@link #CANCELLED}
     */
    int pick(IntPredicate allowed);

    /**
     * Picks where the options of a choice first differ.
     *
     * @param part the choice's place in the guide, by which a voice may know what it would say there whatever the input; -1 for others
     * @param allowed as above
     * @return as above
     */
    default int pick(int part, IntPredicate allowed) {
        return pick(allowed);
    }

    /** Sends text on. */
    void send(String text);
}
