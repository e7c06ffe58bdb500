package io.npuq.scheduler.index;

import java.nio.ByteBuffer;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/** The value of a map whose keys say it all: takes no bytes. */
enum Present {
    YES;

    /** How it lies in the index's file: not at all. */
    static final class Type extends BasicDataType<Present> {
        static final Type INSTANCE = new Type();

        @Override
        public int getMemory(Present value) {
            return 0;
        }

        @Override
        public void write(WriteBuffer buffer, Present value) {
            // Its key is there: nothing more is to be said.
        }

        @Override
        public Present read(ByteBuffer buffer) {
            return YES;
        }

        @Override
        public Present[] createStorage(int size) {
            return new Present[size];
        }
    }
}
