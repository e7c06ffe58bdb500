package io.npuq.worker.llm.grammar;

/**
 * Where a document stands between two bytes; immutable. A state holds the one that follows its value, and so on: together they are the
 * stack of a pushdown automaton. From every state but {@link Edge#DEAD} the document can be ended.
 *
 * <p>Blanks are where {@link Layout} has them.
 */
public interface State {
    /** Returned by {@link #forced} where more than one byte may come, or none. */
    int FREE = -1;

    /**
     * After one more byte.
     *
     * @param next 0 to 255
     * @return {@link Edge#DEAD} where it may not come
     */
    State next(int next);

    /** The only byte that may come; {@link #FREE} where there may be others. */
    int forced();

    /** Whether the document may end here. */
    boolean mayEnd();

    /** After more bytes. */
    default State next(byte[] bytes) {
        State at = this;
        for (int i = 0; i < bytes.length && at != Edge.DEAD; i++) {
            at = at.next(Byte.toUnsignedInt(bytes[i]));
        }
        return at;
    }
}
