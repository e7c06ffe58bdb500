package io.npuq.scheduler.embedded;

import io.npuq.schema.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/**
 * What went through on the way from one place to another.
 *
 * @param bytes how much
 * @param sha256 of it, hexadecimal
 */
record CopiedFile(long bytes, String sha256) {
    private static final int PIECE_BYTES = 1 << 20;

    private interface Taker {
        void take(ByteBuffer piece) throws IOException;
    }

    /** Writes all that comes to a file that must not exist, and forces it. */
    static CopiedFile write(InputStream from, Path to) throws IOException {
        return write(from, Long.MAX_VALUE, to);
    }

    /** Copies the first bytes of a file, or all where it has fewer, to one that must not exist, and forces that. */
    static CopiedFile copy(Path from, long bytes, Path to) throws IOException {
        try (InputStream in = Files.newInputStream(from)) {
            return write(in, bytes, to);
        }
    }

    /** Reads a whole file. */
    static CopiedFile of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return pass(in, Long.MAX_VALUE, piece -> {});
        }
    }

    private static CopiedFile write(InputStream from, long bytesMax, Path to) throws IOException {
        try (FileChannel channel = FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            CopiedFile copied = pass(from, bytesMax, piece -> {
                while (piece.hasRemaining()) {
                    channel.write(piece);
                }
            });
            channel.force(true);
            return copied;
        }
    }

    private static CopiedFile pass(InputStream from, long bytesMax, Taker taker) throws IOException {
        MessageDigest digest = Sha256.digest();
        byte[] piece = new byte[PIECE_BYTES];
        long passed = 0;
        while (passed < bytesMax) {
            int read = from.read(piece, 0, (int) Math.min(piece.length, bytesMax - passed));
            if (read < 0) {
                break;
            }
            digest.update(piece, 0, read);
            taker.take(ByteBuffer.wrap(piece, 0, read));
            passed += read;
        }
        return new CopiedFile(passed, Sha256.hex(digest));
    }
}
