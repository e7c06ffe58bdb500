package io.npuq.scheduler.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The log of one segment, and the frames in it. */
final class SegmentBytes {
    private final ByteBuffer bytes;

    SegmentBytes(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** A file that nobody changes. */
    static SegmentBytes map(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path)) {
            return new SegmentBytes(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()));
        }
    }

    /** A file that another process may write to: a map of it would break when that, closing it, gives back the space ahead. */
    static SegmentBytes copy(Path path) throws IOException {
        return new SegmentBytes(ByteBuffer.wrap(Files.readAllBytes(path)));
    }

    int size() {
        return bytes.limit();
    }

    /** The frame there, if a whole one begins there. */
    @Nullable
    Frame frameAt(long at) {
        if (at + Frame.HEADER_BYTES > bytes.limit()) {
            return null;
        }
        Frame frame = Frame.read(bytes.slice((int) at, Frame.HEADER_BYTES));
        boolean inside = frame.isPlausible() && at + Frame.HEADER_BYTES + frame.length() <= bytes.limit();
        return inside && frame.matches(bytes.slice((int) at, Frame.HEADER_BYTES + frame.length())) ? frame : null;
    }

    /** The entry of the whole frame there. */
    byte[] entryAt(long at, Frame frame) {
        byte[] entry = new byte[frame.length()];
        bytes.get((int) at + Frame.HEADER_BYTES, entry);
        return entry;
    }

    /** Where, from there on, the next whole frame of another batch than that one begins; −1 when none does. */
    long frameOfOtherBatch(long from, int batch) {
        for (long at = from; at + Frame.HEADER_BYTES < bytes.limit(); at++) {
            boolean neverWritten = bytes.get((int) at + 2) == 0 && bytes.get((int) at + 3) == 0;
            Frame later = neverWritten ? null : frameAt(at);
            if (later != null && later.batch() != batch) {
                return at;
            }
        }
        return -1;
    }

    boolean hasBytesAfter(long from) {
        for (long at = from; at < bytes.limit(); at++) {
            if (bytes.get((int) at) != 0) {
                return true;
            }
        }
        return false;
    }
}
