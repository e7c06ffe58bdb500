package io.npuq.scheduler;

import java.io.IOException;

/** A request log to be read from its beginning to its end, wherever it is kept. */
public interface LogSource {
    /** Takes the entries as they come; holding all of them would need memory without bound. */
    @FunctionalInterface
    interface Visitor {
        /** The next entry. What is thrown here ends the reading, and leaves it as it is. */
        void line(LogLine line) throws IOException;
    }

    /**
     * Reads all entries that were acknowledged before the call, and perhaps some that came meanwhile.
     *
     * @return how many there are
     * @throws QueueUnavailableException where it cannot be read to its end
     */
    long read(Visitor visitor) throws IOException;
}
