package io.npuq.api.http;

/** How much of bodies may be held at once while their rest is awaited, of all connections together. On the event loop. */
final class BodyBudget {
    static final Problem SPENT = Problem.of(
                    503,
                    "bodies_waiting",
                    "too many requests are being sent at once: their bodies take all of the "
                            + HttpLimits.BODIES_BYTES_MAX + " bytes that they may; try again in a moment")
            .retryAfter(1);

    private long held;

    /** Whether so many more bytes may be held; from then on they are. */
    boolean take(int bytes) {
        if (held + bytes > HttpLimits.BODIES_BYTES_MAX) {
            return false;
        }
        held += bytes;
        return true;
    }

    void give(int bytes) {
        held -= bytes;
    }
}
