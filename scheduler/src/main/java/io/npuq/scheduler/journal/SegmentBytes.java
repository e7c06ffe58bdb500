package io.npuq.scheduler.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The log of one segment, or all of it from some frame on, and the frames in it. Offsets are those in the file. */
final class SegmentBytes {
    private final ByteBuffer bytes;
    private final long base;

    /**
     * Bytes at hand.
     *
     * @param base where in the file they begin
     */
    SegmentBytes(ByteBuffer bytes, long base) {
        this.bytes = bytes;
        this.base = base;
    }

    /** A file that nobody changes. */
    static SegmentBytes map(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            return new SegmentBytes(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()), 0);
        }
    }

    /**
     * A file that another process may write to, from there on: a map of it would break when that, closing it, gives back the space ahead.
     */
    static SegmentBytes copy(Path path, long from) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.max(0, channel.size() - from));
            while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
                // It may have become shorter meanwhile.
            }
            return new SegmentBytes(bytes.flip(), from);
        }
    }

    /** The frame there, if a whole one begins there. */
    @Nullable
    Frame frameAt(long at) {
        if (at + Frame.HEADER_BYTES > end()) {
            return null;
        }
        Frame frame = Frame.read(bytes.slice(index(at), Frame.HEADER_BYTES));
        boolean inside = frame.isPlausible() && at + Frame.HEADER_BYTES + frame.length() <= end();
        return inside && frame.matches(bytes.slice(index(at), Frame.HEADER_BYTES + frame.length())) ? frame : null;
    }

    /** The entry of the whole frame there. */
    byte[] entryAt(long at, Frame frame) {
        byte[] entry = new byte[frame.length()];
        bytes.get(index(at) + Frame.HEADER_BYTES, entry);
        return entry;
    }

    /** Where, from there on, the next whole frame of another batch than that one begins; −1 when none does. */
    long frameOfOtherBatch(long from, int batch) {
        for (long at = from; at + Frame.HEADER_BYTES < end(); at++) {
            boolean neverWritten = bytes.get(index(at) + 2) == 0 && bytes.get(index(at) + 3) == 0;
            Frame later = neverWritten ? null : frameAt(at);
            if (later != null && later.batch() != batch) {
                return at;
            }
        }
        return -1;
    }

    boolean hasBytesAfter(long from) {
        for (long at = from; at < end(); at++) {
            if (bytes.get(index(at)) != 0) {
                return true;
            }
        }
        return false;
    }

    private long end() {
        return base + bytes.limit();
    }

    private int index(long at) {
        return (int) (at - base);
    }
}
