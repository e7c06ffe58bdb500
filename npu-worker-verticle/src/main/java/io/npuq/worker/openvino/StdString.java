package io.npuq.worker.openvino;

import com.sun.jna.Platform;
import com.sun.jna.Pointer;

/**
 * How a C++ {@code std::string} lies in memory, by standard library; a string tensor is an array of them. libstdc++ was tried, the others
 * are from their public sources.
 */
enum StdString {
    /** GNU: pointer, size, then a small buffer. */
    LIBSTDCXX(32) {
        @Override
        byte[] read(Pointer string) {
            return string.getPointer(0).getByteArray(0, size(string, 8));
        }
    },
    /** Microsoft: small buffer of 16 bytes or pointer, size, capacity. */
    MSVC(32) {
        private static final long SMALL_CAPACITY = 15;

        @Override
        byte[] read(Pointer string) {
            boolean small = string.getLong(24) <= SMALL_CAPACITY;
            return (small ? string : string.getPointer(0)).getByteArray(0, size(string, 16));
        }
    },
    /** LLVM on x86-64: the lowest bit of the first byte tells long from short. */
    LIBCXX(24) {
        @Override
        byte[] read(Pointer string) {
            int first = Byte.toUnsignedInt(string.getByte(0));
            return (first & 1) == 0
                    ? string.getByteArray(1, first >> 1)
                    : string.getPointer(16).getByteArray(0, size(string, 8));
        }
    },
    /** LLVM on Apple's arm64: the highest bit of the last byte tells long from short. */
    LIBCXX_APPLE_ARM(24) {
        @Override
        byte[] read(Pointer string) {
            int last = string.getByte(23);
            return last >= 0
                    ? string.getByteArray(0, last)
                    : string.getPointer(0).getByteArray(0, size(string, 8));
        }
    };

    private final int bytes;

    StdString(int bytes) {
        this.bytes = bytes;
    }

    static StdString ofThisPlatform() {
        if (Platform.isWindows()) {
            return MSVC;
        }
        if (!Platform.isMac()) {
            return LIBSTDCXX;
        }
        return Platform.isARM() ? LIBCXX_APPLE_ARM : LIBCXX;
    }

    /** Size of the string object itself. */
    int bytes() {
        return bytes;
    }

    /** The content, copied. */
    abstract byte[] read(Pointer string);

    private static int size(Pointer string, long offset) {
        return Math.toIntExact(string.getLong(offset));
    }
}
