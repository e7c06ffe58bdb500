package io.npuq.scheduler.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Walks a part of a journal, from an entry that is known to lie there, also while it is written to. Checks each frame, and not the chain:
 * for those who want some entries and not a proof of all. Holds one buffer, whatever the journal's length.
 */
public final class EntryWalk {
    private static final int BUFFER_BYTES = 1 << 20;

    private final SegmentFiles files;
    private final Visitor visitor;
    private long bytesLeft;

    /** Takes entries in order. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * One entry.
         *
         * @param line its bytes
         * @return whether to go on
         */
        boolean entry(Position position, byte[] line) throws IOException;
    }

    private EntryWalk(SegmentFiles files, long bytesMax, Visitor visitor) {
        this.files = files;
        this.bytesLeft = bytesMax;
        this.visitor = visitor;
    }

    /**
     * Walks the journal in that directory.
     *
     * @param from where a frame begins
     * @param bytesMax how much is looked through at most
     * @return whether it was not that which ended the walk, but the visitor, or the end of the journal
     */
    public static boolean walk(Path directory, Position from, long bytesMax, Visitor visitor) throws IOException {
        return new EntryWalk(new SegmentFiles(directory), bytesMax, visitor).run(from);
    }

    private boolean run(Position from) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        Position at = from;
        while (Files.exists(files.log(at.segment()))) {
            if (!segment(at, buffer)) {
                return bytesLeft > 0;
            }
            at = new Position(at.segment() + 1, 0);
        }
        return true;
    }

    /** Whether the segment was walked to its end. */
    private boolean segment(Position from, ByteBuffer buffer) throws IOException {
        try (FileChannel log = FileChannel.open(files.log(from.segment()))) {
            long offset = from.offset();
            while (true) {
                buffer.clear();
                while (buffer.hasRemaining() && log.read(buffer, offset + buffer.position()) >= 0) {
                    // A frame is read whole, unless the file ends before.
                }
                SegmentBytes bytes = new SegmentBytes(buffer.flip(), offset);
                long before = offset;
                Frame frame;
                while ((frame = bytes.frameAt(offset)) != null) {
                    Position position = new Position(from.segment(), offset);
                    bytesLeft -= Frame.HEADER_BYTES + frame.length();
                    if (!visitor.entry(position, bytes.entryAt(offset, frame)) || bytesLeft <= 0) {
                        return false;
                    }
                    offset += Frame.HEADER_BYTES + frame.length();
                }
                if (offset == before) {
                    return true;
                }
            }
        }
    }
}
