package io.npuq.scheduler;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A backup that is being taken, piece by piece: together the pieces are a zip archive, whose last entry, the manifest, names all others
 * with their lengths and hashes. Without it the archive is no backup.
 */
public interface Backup extends AutoCloseable {
    /** The next piece; empty behind the last. Ask for one at a time. The stage completes on a thread of the queue. */
    CompletionStage<Optional<byte[]>> next();

    /** Ends it, at its end or before: erasures that it held back are made. Closing again does nothing. */
    @Override
    void close();
}
