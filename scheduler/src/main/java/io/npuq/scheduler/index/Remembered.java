package io.npuq.scheduler.index;

import java.nio.ByteBuffer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * What an idempotency key was used for.
 *
 * @param request digest of the request that it came with
 * @param seq the job that was made
 */
record Remembered(Digest request, long seq) {
    /** How it lies in the index's file. */
    static final class Type extends BasicDataType<Remembered> {
        static final Type INSTANCE = new Type();
        private static final int HEAP_BYTES = 64;

        @Override
        public int getMemory(Remembered value) {
            return HEAP_BYTES;
        }

        @Override
        public void write(WriteBuffer buffer, Remembered value) {
            Digest.Type.INSTANCE.write(buffer, value.request);
            buffer.putVarLong(value.seq);
        }

        @Override
        public Remembered read(ByteBuffer buffer) {
            return new Remembered(Digest.Type.INSTANCE.read(buffer), DataUtils.readVarLong(buffer));
        }

        @Override
        public Remembered[] createStorage(int size) {
            return new Remembered[size];
        }
    }
}
