package io.npuq.scheduler.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Whether the texts of a batch reached the disk with its entries: both are synced at once, in whichever order the disk chose. */
final class BodyCheck {
    private BodyCheck() {}

    /** Whether every text between two ends of the body file is whole. */
    static boolean allWhole(Path bodyFile, long from, long to) throws IOException {
        if (from == to) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(bodyFile)) {
            long at = from;
            while (at < to) {
                long next = nextAfter(channel, at);
                if (next < 0 || next > to) {
                    return false;
                }
                at = next;
            }
        } catch (NoSuchFileException e) {
            return false;
        }
        return true;
    }

    /** Where the text behind the one at {@code at} begins; −1 when that one is not whole. */
    private static long nextAfter(FileChannel channel, long at) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
        if (!SegmentFile.readFully(channel, length, at)) {
            return -1;
        }
        int bytes = length.getInt();
        // No text is empty: a zero is space that the disk never wrote, and must not pass for an erased one.
        if (bytes <= 0 || bytes > Body.BYTES_MAX) {
            return -1;
        }
        ByteBuffer frame = ByteBuffer.allocate(Body.frameBytes(bytes));
        boolean whole = SegmentFile.readFully(channel, frame, at) && Body.isWholeOrErased(frame);
        return whole ? at + frame.limit() : -1;
    }
}
