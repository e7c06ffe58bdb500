package io.npuq.scheduler.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Says whether the index's file can be trusted: only when it was forced to disk and closed in order, and is still what it was then. H2's
 * pages carry no checksum of their content, and a file that a kill left behind has been seen to let a transaction spin for ever.
 */
final class TrustMarker {
    private static final String OPEN = "open";
    private static final String CLOSED = "closed";
    private static final int READ_BYTES = 1 << 20;

    private final Path index;
    private final Path file;

    /**
     * The marker beside that file.
     *
     * @param index the index's file
     * @param file where its length and checksum are written down
     */
    TrustMarker(Path index, Path file) {
        this.index = index;
        this.file = file;
    }

    boolean isTrusted() throws IOException {
        return Files.exists(file)
                && Files.exists(index)
                && new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                        .strip()
                        .equals(closedAs());
    }

    /** From now on the file is in use: whoever finds this word must not trust it. */
    void open() throws IOException {
        write(OPEN);
    }

    /** The file was forced to disk and closed. */
    void closed() {
        try {
            write(closedAs());
        } catch (IOException e) {
            throw new IndexException("cannot write " + file, e);
        }
    }

    void distrust() throws IOException {
        Files.deleteIfExists(file);
    }

    private String closedAs() throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
        try (FileChannel channel = FileChannel.open(index)) {
            while (channel.read(buffer.clear()) >= 0) {
                crc.update(buffer.flip());
            }
            return CLOSED + " " + channel.size() + " " + Long.toHexString(crc.getValue());
        }
    }

    private void write(String word) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap((word + "\n").getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
        }
    }
}
