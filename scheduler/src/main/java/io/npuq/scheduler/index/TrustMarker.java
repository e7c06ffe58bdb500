package io.npuq.scheduler.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Says whether the index's file can be trusted: only when it was forced to disk and closed in order. H2's pages carry no checksum of their
 * content, and a file that a kill left behind has been seen to let a transaction spin for ever.
 */
final class TrustMarker {
    private static final String OPEN = "open";
    private static final String CLOSED = "closed";

    private final Path file;

    TrustMarker(Path file) {
        this.file = file;
    }

    boolean isTrusted() throws IOException {
        return Files.exists(file) && Files.readString(file).strip().equals(CLOSED);
    }

    /** From now on the file is in use: whoever finds this word must not trust it. */
    void open() throws IOException {
        write(OPEN);
    }

    /** The file was forced to disk and closed. */
    void closed() {
        try {
            write(CLOSED);
        } catch (IOException e) {
            throw new IndexException("cannot write " + file, e);
        }
    }

    void distrust() throws IOException {
        Files.deleteIfExists(file);
    }

    private void write(String word) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap((word + "\n").getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
        }
    }
}
