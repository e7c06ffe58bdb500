package io.npuq.scheduler.journal;

/**
 * Where a frame begins.
 *
 * @param segment number of the segment, from 1
 * @param offset of the frame's header in the segment's file, in bytes
 */
public record Position(int segment, long offset) {
    private static final int OFFSET_BITS = 40;

    /** Both in one number, for the index. */
    public long packed() {
        return (long) segment << OFFSET_BITS | offset;
    }

    /** The position of that number. */
    public static Position unpack(long packed) {
        return new Position((int) (packed >>> OFFSET_BITS), packed & ((1L << OFFSET_BITS) - 1));
    }

    @Override
    public String toString() {
        return "segment " + segment + ", byte " + offset;
    }
}
