package io.npuq.scheduler.index;

import java.nio.ByteBuffer;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * Which texts of an ended job are still on disk.
 *
 * @param input what was asked
 * @param output what was answered
 */
record Kept(boolean input, boolean output) {
    /** How it lies in the index's file. */
    static final class Type extends BasicDataType<Kept> {
        static final Type INSTANCE = new Type();
        private static final int HEAP_BYTES = 16;

        @Override
        public int getMemory(Kept value) {
            return HEAP_BYTES;
        }

        @Override
        public void write(WriteBuffer buffer, Kept value) {
            buffer.put((byte) (value.input ? 1 : 0)).put((byte) (value.output ? 1 : 0));
        }

        @Override
        public Kept read(ByteBuffer buffer) {
            return new Kept(buffer.get() != 0, buffer.get() != 0);
        }

        @Override
        public Kept[] createStorage(int size) {
            return new Kept[size];
        }
    }
}
