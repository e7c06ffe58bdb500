package io.npuq.scheduler.index;

import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.common.Line;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.DataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index's file: H2's storage engine, trees with their pages on disk. It is written in the background whenever enough has changed, to
 * keep the heap small; nothing depends on when. After a crash it is not trusted at all ({@link TrustMarker}), and is built again.
 */
public final class IndexFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexFile.class);
    private static final String NAME = "index.mv.db";
    private static final String TRUST = "index.trust";
    private static final int CACHE_MB = 24;
    private static final int UNSAVED_KB = 24 * 1024;

    private static final String META = "meta";
    private static final String META_VERSION = "version";
    private static final String META_APPLIED = "applied";
    private static final String META_PAUSED = "paused";

    private final Path file;
    private final TrustMarker marker;
    private final MVStore store;
    private final Maps maps;
    private final JobIndex index;

    private IndexFile(Path file, TrustMarker marker, MVStore store) {
        this.file = file;
        this.marker = marker;
        this.store = store;
        this.maps = Maps.open(store);
        QueueCounts counts = new QueueCounts();
        counts.restore(maps.meta());
        this.index = new JobIndex(
                maps,
                counts,
                maps.meta().getOrDefault(META_APPLIED, 0L),
                maps.meta().containsKey(META_PAUSED));
    }

    /**
     * The trees.
     *
     * @param jobs every job, by its key
     * @param states every job, by state and key
     * @param order queued jobs that may start, by their line and place
     * @param delayed queued jobs that may not start yet, by when they may
     * @param deadlines queued jobs, by deadline
     * @param kept ended jobs that still have texts, by their end
     * @param keys idempotency keys in use
     * @param keyAges the same, by when they were used
     * @param texts how many texts each segment has that are not erased
     * @param meta how far the index goes, and its counts
     */
    record Maps(
            MVMap<Long, JobRow> jobs,
            MVMap<Long, Present> states,
            Map<Line, MVMap<Moment, Present>> order,
            MVMap<Moment, Present> delayed,
            MVMap<Moment, Present> deadlines,
            MVMap<Moment, Kept> kept,
            MVMap<Digest, Remembered> keys,
            MVMap<Moment, Digest> keyAges,
            MVMap<Long, Long> texts,
            MVMap<String, Long> meta) {
        static Maps open(MVStore store) {
            DataType<Long> number = LongDataType.INSTANCE;
            return new Maps(
                    map(store, "jobs", number, JobRowType.INSTANCE),
                    map(store, "states", number, Present.Type.INSTANCE),
                    lines(store),
                    map(store, "delayed", Moment.Type.INSTANCE, Present.Type.INSTANCE),
                    map(store, "deadlines", Moment.Type.INSTANCE, Present.Type.INSTANCE),
                    map(store, "kept", Moment.Type.INSTANCE, Kept.Type.INSTANCE),
                    map(store, "keys", Digest.Type.INSTANCE, Remembered.Type.INSTANCE),
                    map(store, "key_ages", Moment.Type.INSTANCE, Digest.Type.INSTANCE),
                    map(store, "texts", number, number),
                    map(store, META, StringDataType.INSTANCE, number));
        }

        private static Map<Line, MVMap<Moment, Present>> lines(MVStore store) {
            Map<Line, MVMap<Moment, Present>> lines = new EnumMap<>(Line.class);
            for (Line line : Line.values()) {
                String name = "order/" + line.name().toLowerCase(Locale.ROOT);
                lines.put(line, map(store, name, Moment.Type.INSTANCE, Present.Type.INSTANCE));
            }
            return lines;
        }

        /** The jobs of one line that may start. */
        MVMap<Moment, Present> order(Line line) {
            return Objects.requireNonNull(order.get(line));
        }

        private static <K, V> MVMap<K, V> map(MVStore store, String name, DataType<K> keys, DataType<V> values) {
            return store.openMap(name, new MVMap.Builder<K, V>().keyType(keys).valueType(values));
        }
    }

    /**
     * Opens the index in the directory, or makes an empty one where there is none that can be trusted. How far it goes is told by
     * {@link JobIndex#appliedSeq()}.
     *
     * @param fatal told when the file can no longer be written; the index is then closed, and every use of it throws
     */
    public static IndexFile open(Path directory, Consumer<Throwable> fatal) throws IOException {
        Path file = directory.resolve(NAME);
        TrustMarker marker = new TrustMarker(file, directory.resolve(TRUST));
        boolean usable = marker.isTrusted() && versionOf(file) == JobIndex.VERSION;
        // Before H2 writes to the file: whatever happens from here on, it must not be trusted again until it is closed.
        marker.open();
        if (usable) {
            return new IndexFile(file, marker, store(file, fatal));
        }
        Files.deleteIfExists(file);
        return new IndexFile(file, marker, store(file, fatal));
    }

    /**
     * Opens the index in the directory to be looked at, where it can be trusted; changes nothing. {@link #abandon} closes it.
     */
    public static Optional<IndexFile> look(Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        TrustMarker marker = new TrustMarker(file, directory.resolve(TRUST));
        if (!marker.isTrusted() || versionOf(file) != JobIndex.VERSION) {
            return Optional.empty();
        }
        MVStore store = new MVStore.Builder()
                .fileName(file.toString())
                .readOnly()
                .cacheSize(CACHE_MB)
                .open();
        return Optional.of(new IndexFile(file, marker, store));
    }

    /** Whether that says that an index cannot be used: the journal makes it good then. */
    public static boolean isFailure(RuntimeException e) {
        return e instanceof IndexException || e instanceof MVStoreException;
    }

    /** Whether the directory holds an index, of whatever worth. */
    public static boolean exists(Path directory) {
        return Files.exists(directory.resolve(NAME));
    }

    /** The version of an index that is trusted; 0 for one that has none, or cannot be read. */
    private static long versionOf(Path file) {
        long version = 0;
        try (MVStore store =
                new MVStore.Builder().fileName(file.toString()).readOnly().open()) {
            if (store.hasMap(META)) {
                MVMap<String, Long> meta = Maps.map(store, META, StringDataType.INSTANCE, LongDataType.INSTANCE);
                version = meta.getOrDefault(META_VERSION, 0L);
            }
        } catch (MVStoreException e) {
            LOG.warn("the index in {} cannot be read, and is built again from the journal: {}", file, e.getMessage());
        }
        if (version > JobIndex.VERSION) {
            throw new QueueUnavailableException(
                    "the index in " + file + " has version " + version + ", and this npuq knows "
                            + JobIndex.VERSION + " at most: a newer npuq wrote it. Use that one, or remove " + file
                            + " to have the index built again");
        }
        return version;
    }

    /** Gives the index in the directory up, in whatever state it is: the next {@link #open} makes a new one. */
    public static void discard(Path directory) throws IOException {
        new TrustMarker(directory.resolve(NAME), directory.resolve(TRUST)).distrust();
    }

    /** The trees with their meaning. */
    public JobIndex index() {
        return index;
    }

    /**
     * Asks the index, from any thread that is never interrupted. Pages that the question needs stay on disk until it is answered, also
     * while the index changes.
     */
    public <T> T read(java.util.function.Function<IndexLook, T> question) {
        MVStore.TxCounter reading = store.registerVersionUsage();
        try {
            return question.apply(index.look());
        } finally {
            store.deregisterVersionUsage(reading);
        }
    }

    /** Writes all of it, and forces the file; from then on it is trusted, whatever happens to the machine. */
    @Override
    public void close() {
        Map<String, Long> meta = new HashMap<>(index.counts().saved());
        meta.put(META_VERSION, (long) JobIndex.VERSION);
        meta.put(META_APPLIED, index.appliedSeq());
        if (index.isPaused()) {
            meta.put(META_PAUSED, 1L);
        }
        maps.meta().clear();
        maps.meta().putAll(meta);
        store.close();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        } catch (IOException e) {
            throw new IndexException("cannot force " + file, e);
        }
        marker.closed();
    }

    /** Lets go of the file as it is; the next {@link #open} makes a new one. */
    public void abandon() {
        store.closeImmediately();
    }

    private static MVStore store(Path file, Consumer<Throwable> fatal) {
        MVStore.Builder builder = new MVStore.Builder()
                .fileName(file.toString())
                .cacheSize(CACHE_MB)
                .autoCommitBufferSize(UNSAVED_KB)
                .backgroundExceptionHandler((thread, failure) -> fatal.accept(new IndexException(
                        "the index in " + file + " cannot be written: " + failure.getMessage(), failure)));
        try {
            MVStore store = builder.open();
            // Old pages are of no use: after a crash the file is thrown away.
            store.setRetentionTime(0);
            store.setVersionsToKeep(0);
            return store;
        } catch (MVStoreException e) {
            throw new IndexException("the index in " + file + " cannot be opened: " + e.getMessage(), e);
        }
    }
}
