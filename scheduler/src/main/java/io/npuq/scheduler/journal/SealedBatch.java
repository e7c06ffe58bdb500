package io.npuq.scheduler.journal;

import java.io.IOException;

/** A batch that nothing is added to any more. */
@FunctionalInterface
public interface SealedBatch {
    /**
     * Writes and syncs it, on any one thread. When it returns, the batch is on disk; when it throws, nobody knows, and the process must
     * not go on.
     */
    void write() throws IOException;
}
