package io.npuq.scheduler.journal;

import java.nio.ByteBuffer;

/** Bytes of a batch before they are written, in one growing direct buffer, so that a write copies nothing. */
final class Staging {
    private static final int INITIAL_BYTES = 1 << 18;
    private static final int KEPT_BYTES_MAX = 8 << 20;

    private ByteBuffer buffer = ByteBuffer.allocateDirect(INITIAL_BYTES);

    /** The buffer, with room for so many more bytes at its position. */
    ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int wanted = Math.max(buffer.capacity() * 2, buffer.position() + bytes);
            ByteBuffer larger = ByteBuffer.allocateDirect(wanted);
            buffer.flip();
            buffer = larger.put(buffer);
        }
        return buffer;
    }

    int size() {
        return buffer.position();
    }

    /** What was staged, ready to be written. */
    ByteBuffer flipped() {
        return buffer.duplicate().flip();
    }

    void clear() {
        if (buffer.capacity() > KEPT_BYTES_MAX) {
            buffer = ByteBuffer.allocateDirect(INITIAL_BYTES);
        }
        buffer.clear();
    }
}
