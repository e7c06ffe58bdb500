package io.npuq.scheduler;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A backup that is being taken, piece by piece: together the pieces are a zip archive, whose last entry, the manifest, names all others
 * with their lengths and hashes. Without it the archive is no backup.
 */
public interface Backup extends AutoCloseable {
    /**
     * Where in a data directory its users keep what is theirs, and goes into backups too: what may name others before what is named. A copy of
     * these that is older than the journal beside it must be safe, and a file may be missing from it that was deleted meanwhile.
     */
    List<String> BESIDE = List.of("batches", "files");

    /** The next piece; empty behind the last. Ask for one at a time. The stage completes on a thread of the queue. */
    CompletionStage<Optional<byte[]>> next();

    /** Ends it, at its end or before: erasures that it held back are made. Closing again does nothing. */
    @Override
    void close();
}
