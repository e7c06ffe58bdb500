package io.npuq.scheduler.index;

import java.nio.file.Path;

/** Marks an index that a test has changed as one that was closed in order. */
public final class ClosedInOrder {
    private ClosedInOrder() {}

    /** Marks the index in that data directory. */
    public static void mark(Path directory) {
        new TrustMarker(directory.resolve("index.mv.db"), directory.resolve("index.trust")).closed();
    }
}
