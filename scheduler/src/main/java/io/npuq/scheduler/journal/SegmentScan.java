package io.npuq.scheduler.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks the frames of one segment's log, batch by batch, and finds where they end: at a clean end, at a torn batch, or at damage.
 *
 * <p>A broken frame is a torn one only when no later batch follows it: a batch begins only once the one before is synced.
 */
final class SegmentScan {
    /** Takes every whole batch, in order. */
    @FunctionalInterface
    interface Visitor {
        void batch(Batch batch) throws IOException;
    }

    /**
     * The entries that one sync carried.
     *
     * @param number which sync
     * @param start offset of its first frame
     * @param end offset behind its last frame
     * @param bodyEnd offset behind its texts in the body file
     * @param entries their bytes
     */
    record Batch(int number, long start, long end, long bodyEnd, List<byte[]> entries) {}

    private final Path path;
    private SegmentBytes bytes;
    private int lastBatch;
    private long offset;

    private SegmentScan(Path path, SegmentBytes bytes, int batchBefore) {
        this.path = path;
        this.bytes = bytes;
        this.lastBatch = batchBefore;
    }

    /**
     * Walks the file.
     *
     * @param batchBefore number of the last batch of the segment before; 0 for the first
     * @return whether bytes of an unfinished batch follow the last whole one
     * @throws JournalDamagedException at the first broken entry that a later batch follows
     */
    static boolean walk(Path path, int batchBefore, Visitor visitor) throws IOException {
        return new SegmentScan(path, SegmentBytes.map(path), batchBefore).run(visitor);
    }

    /**
     * Walks a file that another process may be writing to. While it was read, more than one batch may have come, of which the first is seen
     * in part only. Whoever sees a later batch looks again: the earlier one was whole before that began, and if it is not, it is broken.
     */
    static boolean walkGrowing(Path path, int batchBefore, Visitor visitor) throws IOException {
        SegmentScan scan = new SegmentScan(path, SegmentBytes.copy(path, 0), batchBefore);
        scan.visitAll(visitor);
        if (scan.laterBatchAt() >= 0) {
            long end = scan.offset;
            scan.bytes = SegmentBytes.copy(path, end);
            scan.visitAll(visitor);
            if (scan.offset == end) {
                scan.checkNoLaterBatch();
            }
        }
        return scan.bytes.hasBytesAfter(scan.offset);
    }

    /** Whether a whole frame of that batch lies there by now. */
    static boolean hasFrame(Path path, long offset, int batch) throws IOException {
        Frame frame = SegmentBytes.copy(path, offset).frameAt(offset);
        return frame != null && frame.batch() == batch;
    }

    private boolean run(Visitor visitor) throws IOException {
        visitAll(visitor);
        checkNoLaterBatch();
        return bytes.hasBytesAfter(offset);
    }

    private void visitAll(Visitor visitor) throws IOException {
        Batch batch;
        while ((batch = batchAt(offset)) != null) {
            visitor.batch(batch);
            lastBatch = batch.number();
            offset = batch.end();
        }
    }

    /** The whole next batch; null where there is none. A stale or moved frame is as broken as a torn one. */
    private @Nullable Batch batchAt(long start) {
        List<byte[]> entries = new ArrayList<>();
        long at = start;
        while (true) {
            Frame frame = bytes.frameAt(at);
            if (frame == null || frame.batch() != lastBatch + 1 || frame.index() != entries.size()) {
                return null;
            }
            entries.add(bytes.entryAt(at, frame));
            at += Frame.HEADER_BYTES + frame.length();
            if (frame.endsBatch()) {
                return new Batch(frame.batch(), start, at, frame.bodyEnd(), entries);
            }
        }
    }

    private void checkNoLaterBatch() {
        long at = laterBatchAt();
        if (at >= 0) {
            throw new JournalDamagedException("the journal is damaged: the entry in " + path + " at byte " + offset
                    + " is broken, and whole ones follow it at byte " + at
                    + ". Nothing was changed; restore the data directory from a backup");
        }
    }

    private long laterBatchAt() {
        return bytes.frameOfOtherBatch(offset, lastBatch + 1);
    }
}
