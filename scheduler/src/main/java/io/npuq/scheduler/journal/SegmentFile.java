package io.npuq.scheduler.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** One file that is appended to. It grows by steps ahead of what is written: a sync that need not store a new size is quicker. */
final class SegmentFile implements Closeable {
    private static final int GROW_BYTES = 1 << 20;

    /** Shared, and outside the heap: a new megabyte of zeros for each step would keep the garbage collector busy. */
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(GROW_BYTES).asReadOnlyBuffer();

    private final FileChannel channel;
    private long end;
    private long allocated;

    SegmentFile(ChannelOpener opener, Path path, long end) throws IOException {
        this.channel = opener.open(path, ChannelOpener.READ_WRITE);
        this.end = end;
        this.allocated = channel.size();
    }

    long end() {
        return end;
    }

    /** Makes room for so many bytes behind all others; where it begins. */
    long reserve(int bytes) {
        long at = end;
        end += bytes;
        return at;
    }

    /** Writes what room was reserved for. */
    void write(ByteBuffer bytes, long at) throws IOException {
        grow(at + bytes.remaining());
        writeFully(channel, bytes, at);
    }

    void force() throws IOException {
        channel.force(false);
    }

    private void grow(long needed) throws IOException {
        while (allocated < needed) {
            allocated += writeFully(channel, ZEROS.duplicate(), allocated);
        }
    }

    static int writeFully(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        int length = bytes.remaining();
        long position = at;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
        return length;
    }

    /** Fills the buffer from there; false when the file ends before. */
    static boolean readFully(FileChannel channel, ByteBuffer into, long at) throws IOException {
        long position = at;
        while (into.hasRemaining()) {
            int read = channel.read(into, position);
            if (read < 0) {
                return false;
            }
            position += read;
        }
        into.flip();
        return true;
    }

    /** Overwrites what a crash left behind the end. */
    void zeroBehindEnd() throws IOException {
        for (long at = end; at < allocated; at += GROW_BYTES) {
            writeFully(channel, ZEROS.slice(0, (int) Math.min(GROW_BYTES, allocated - at)), at);
        }
        channel.force(false);
    }

    /** Gives back the space ahead. */
    void trim() throws IOException {
        channel.truncate(end);
        channel.force(true);
        allocated = end;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
