package io.npuq.scheduler.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checksum of the index's file, as it was when it was closed. The file's own pages carry none: a flipped bit in one would show other
 * jobs than the journal has, and nothing would say so.
 */
final class IndexSeal {
    private static final Logger LOG = LoggerFactory.getLogger(IndexSeal.class);
    private static final int READ_BYTES = 1 << 20;

    private final Path index;
    private final Path trust;
    private final Path seal;

    IndexSeal(Path directory) {
        this.index = directory.resolve("index.mv.db");
        this.trust = directory.resolve("index.trust");
        this.seal = directory.resolve("index.sum");
    }

    /** Writes down what the closed file is. */
    void close() throws IOException {
        try (FileChannel channel = FileChannel.open(
                seal, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap((sum() + "\n").getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
        }
    }

    /** Takes the trust away from a file that is not what was closed: it is built again from the journal. */
    void check() throws IOException {
        boolean same = Files.exists(seal)
                && Files.exists(index)
                && new String(Files.readAllBytes(seal), StandardCharsets.ISO_8859_1)
                        .strip()
                        .equals(sum());
        if (!same && Files.deleteIfExists(trust)) {
            LOG.info("the index in {} is not as it was closed; it is built again from the journal", index);
        }
    }

    private String sum() throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        try (FileChannel channel = FileChannel.open(index)) {
            while (channel.read(buffer.clear()) >= 0) {
                crc.update(buffer.flip());
            }
            return channel.size() + " " + Long.toHexString(crc.getValue());
        }
    }
}
