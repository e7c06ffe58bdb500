package io.npuq.scheduler.journal;

import io.npuq.schema.JobId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends entries and texts, a batch a sync. One thread stages what belongs together and seals it; the sealed batch may be written on
 * another thread while the next is staged here, one at a time. {@link StoredTexts} reads what was written.
 */
public final class Journal implements Closeable {
    /** The format that this version writes; it reads this one and all before. A segment has one format throughout. */
    public static final int FORMAT = 4;

    /** Where in a data directory it is. */
    public static final String DIRECTORY = "journal";

    /** Size of a segment's log after which the next batch goes to a new one, in bytes. */
    public static final long SEGMENT_BYTES_MAX = 64L << 20;

    /** How much larger a segment's body file may grow than its log. */
    private static final int BODY_TO_LOG = 4;

    private final SegmentFiles files;
    private final ChannelOpener opener;
    private final long segmentBytesMax;
    private final Chain chain;
    private final ParallelSync sync = new ParallelSync();

    private final boolean cutTornTail;
    private StagedBatch staged = new StagedBatch();
    private StagedBatch other = new StagedBatch();

    /** Whether a sealed batch is not on disk yet. */
    private volatile boolean writing;

    private volatile OnDisk onDisk;

    /** Whether the segment that is written to was begun by an older version: the next batch goes to a new one. */
    private boolean oldFormat;

    private long closedBytes;
    private int segment;
    private int batch;
    private @Nullable SegmentFile logFile;
    private @Nullable SegmentFile bodyFile;

    private Journal(SegmentFiles files, ChannelOpener opener, long segmentBytesMax, JournalReader.End end)
            throws IOException {
        this.files = files;
        this.opener = opener;
        this.segmentBytesMax = segmentBytesMax;
        this.chain = end.chain();
        this.onDisk = new OnDisk(end.segment(), end.logEnd(), end.bodyEnd(), chain.seq(), chain.head());
        this.segment = end.segment();
        this.batch = end.batch();
        this.cutTornTail = end.torn();
        this.oldFormat = end.logEnd() > 0 && end.format() < FORMAT;
        this.closedBytes = files.bytesBefore(segment);
    }

    /**
     * How far the journal is on disk.
     *
     * @param segment the last
     * @param logEnd of its log
     * @param bodyEnd of its texts
     * @param seq the last entry
     * @param head the hash of that
     */
    private record OnDisk(int segment, long logEnd, long bodyEnd, long seq, String head) {}

    /**
     * Walks the journal in the directory, hands every entry to the visitor, and makes ready to append behind the last whole one. A torn
     * tail (the last, unacknowledged entries) is overwritten with zeros.
     *
     * @param opener how files are opened
     * @param segmentBytesMax size of a segment's log, and a fourth of that of its texts, after which the next batch goes to a new one
     * @param acknowledged number of an entry that is known to have been acknowledged; 0 when none is known. Up to it, frames are
     *     checked and the chain is not
     * @throws JournalDamagedException when an entry before the tail is broken, or an acknowledged one is missing; the journal is as it
     *     was
     */
    public static Journal open(
            Path directory,
            ChannelOpener opener,
            long segmentBytesMax,
            long acknowledged,
            JournalReader.Visitor visitor)
            throws IOException {
        SegmentFiles files = new SegmentFiles(directory);
        syncLastSegment(files, opener);
        JournalReader.End end = JournalReader.walk(files, acknowledged, visitor);
        if (end.chain().seq() < acknowledged) {
            throw new JournalDamagedException("the journal in " + directory + " ends at entry "
                    + end.chain().seq() + ", but entry " + acknowledged
                    + " had been acknowledged; it was left as it is. Restore the data directory from a backup, or delete "
                    + "the index beside it (index.mv.db) to go on without what is lost");
        }
        Journal journal = new Journal(files, opener, segmentBytesMax, end);
        if (end.segment() > 0) {
            journal.reopenSegment(end);
        }
        return journal;
    }

    /**
     * What a killed process wrote last may be in the system's cache alone. It is read as true from here on, texts are erased for it:
     * so it must be on disk first. So must the files' names: of the two, a power loss at the turn may have left one only.
     */
    private static void syncLastSegment(SegmentFiles files, ChannelOpener opener) throws IOException {
        List<Integer> segments = files.segments();
        if (segments.isEmpty()) {
            return;
        }
        int last = segments.get(segments.size() - 1);
        try (SegmentFile logs = new SegmentFile(opener, files.log(last), 0);
                SegmentFile texts = new SegmentFile(opener, files.body(last), 0)) {
            logs.force();
            texts.force();
        }
        files.syncDirectory(opener);
    }

    /** Number of the last entry that is written or staged; 0 when there is none. */
    public long seq() {
        return chain.seq();
    }

    /** The segment that is written to. */
    public int segment() {
        return segment;
    }

    /** What the journal's files take, in bytes, entries and texts. */
    public long bytes() {
        SegmentFile logs = logFile;
        SegmentFile texts = bodyFile;
        return closedBytes + (logs == null || texts == null ? 0 : logs.end() + texts.end());
    }

    /**
     * How far the log is on disk.
     *
     * @param entries how many entries
     * @param hash of the last one, hexadecimal; zeros when there is none
     */
    public record Head(long entries, String hash) {}

    /** How far it is on disk by now; on any thread. */
    public Head head() {
        OnDisk end = onDisk;
        return new Head(end.seq(), end.head());
    }

    /** What is on disk of it by now. On the thread that stages. */
    public Extent extent() throws IOException {
        OnDisk end = onDisk;
        List<Extent.Piece> pieces = files.piecesBefore(end.segment());
        if (end.logEnd() > 0) {
            pieces.add(Extent.Piece.of(files.log(end.segment()), end.logEnd()));
            pieces.add(Extent.Piece.of(files.body(end.segment()), end.bodyEnd()));
        }
        return new Extent(pieces, end.seq(), end.head(), false);
    }

    /** Whether opening found the bytes of an unfinished, unacknowledged batch and cut them off. */
    public boolean cutTornTail() {
        return cutTornTail;
    }

    /** Whether what is staged next begins a new segment: the sealed batch must be on disk before. */
    public boolean turnsNext() {
        return staged.isEmpty() && (logFile == null || oldFormat || isFull(logFile, open(bodyFile)));
    }

    /** Stages a text of the entry that is staged next. */
    public BodyRef stage(Body text) throws IOException {
        beginBatch();
        long at = open(bodyFile).end() + staged.textBytes();
        staged.add(text);
        return new BodyRef(at, text.bytes(), text.sha256());
    }

    /** Stages an entry behind all others. */
    public Staged stage(Instant at, @Nullable JobId job, Change change) throws IOException {
        beginBatch();
        return append(at, job, change);
    }

    /**
     * An entry that is staged: written and synced with its batch.
     *
     * @param entry the entry
     * @param position where it will lie
     */
    public record Staged(Entry entry, Position position) {}

    /** How many entries are staged. */
    public int stagedEntries() {
        return staged.entries();
    }

    /** Closes the batch that is staged; the one sealed before must be on disk. */
    public SealedBatch seal() {
        if (staged.entries() == 0) {
            return () -> {};
        }
        mustBeWritten();
        StagedBatch sealed = staged;
        SegmentFile logs = open(logFile);
        SegmentFile texts = open(bodyFile);
        long logAt = logs.reserve(sealed.logBytes());
        long textsAt = texts.reserve(sealed.textBytes());
        int number = ++batch;
        OnDisk then = new OnDisk(segment, logs.end(), texts.end(), chain.seq(), chain.head());
        staged = other;
        other = sealed;
        writing = true;
        return () -> {
            sealed.seal(number, then.bodyEnd());
            logs.write(sealed.log(), logAt);
            if (sealed.textBytes() > 0) {
                texts.write(sealed.texts(), textsAt);
                sync.force(logs, texts);
            } else {
                logs.force();
            }
            sealed.clear();
            onDisk = then;
            writing = false;
        };
    }

    @Override
    public void close() throws IOException {
        sync.close();
        closeSegment();
    }

    private Staged append(Instant at, @Nullable JobId job, Change change) {
        Entry entry = new Entry(chain.seq() + 1, at, job, change, chain.head());
        byte[] line = EntryCodec.write(entry);
        if (line.length > Frame.ENTRY_BYTES_MAX) {
            throw new IllegalStateException("an entry of " + line.length + " bytes; " + Frame.ENTRY_BYTES_MAX
                    + " are the most, and what is entered is bounded far below that");
        }
        Position position = new Position(segment, open(logFile).end() + staged.logBytes());
        staged.add(line);
        chain.extend(line);
        return new Staged(entry, position);
    }

    /** A batch lies in one segment: the turn to a new one comes before its first entry. */
    private void beginBatch() throws IOException {
        if (!staged.isEmpty()) {
            return;
        }
        if (turnsNext()) {
            mustBeWritten();
            turnSegment();
        }
        if (open(logFile).end() == 0) {
            append(Instant.EPOCH, null, new Change.SegmentOpened(segment, FORMAT));
        }
    }

    private void mustBeWritten() {
        if (writing) {
            throw new IllegalStateException("the sealed batch is not on disk yet");
        }
    }

    private boolean isFull(SegmentFile logs, SegmentFile texts) {
        return logs.end() >= segmentBytesMax || texts.end() >= BODY_TO_LOG * segmentBytesMax;
    }

    private void turnSegment() throws IOException {
        closeSegment();
        oldFormat = false;
        segment++;
        logFile = new SegmentFile(opener, files.log(segment), 0);
        bodyFile = new SegmentFile(opener, files.body(segment), 0);
        files.syncDirectory(opener);
        closedBytes = files.bytesBefore(segment);
    }

    private void reopenSegment(JournalReader.End end) throws IOException {
        SegmentFile logs = new SegmentFile(opener, files.log(segment), end.logEnd());
        logFile = logs;
        SegmentFile texts = new SegmentFile(opener, files.body(segment), end.bodyEnd());
        bodyFile = texts;
        if (end.torn()) {
            texts.zeroBehindEnd();
            logs.zeroBehindEnd();
        }
    }

    private void closeSegment() throws IOException {
        SegmentFile logs = logFile;
        SegmentFile texts = bodyFile;
        if (logs != null && texts != null) {
            logs.trim();
            logs.close();
            texts.trim();
            texts.close();
        }
        logFile = null;
        bodyFile = null;
    }

    private static SegmentFile open(@Nullable SegmentFile file) {
        if (file == null) {
            throw new IllegalStateException("the journal has no open segment: stage() opens one");
        }
        return file;
    }
}
