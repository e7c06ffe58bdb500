package io.npuq.scheduler.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Says whether the index's file can be trusted. H2's pages carry no checksum of their content, so after a power loss a torn write could
 * change rows without an error. The file is trusted when it was closed in order, and also after a kill of the process: then the
 * operating system still holds every write. It is not after the machine itself went down: the boot id tells.
 */
final class TrustMarker {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String CLOSED = "closed";

    private final Path file;

    TrustMarker(Path file) {
        this.file = file;
    }

    boolean isTrusted() throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        String said = Files.readString(file).strip();
        return said.equals(CLOSED) || bootId().filter(said::equals).isPresent();
    }

    /** From now on the file is trusted only as long as this machine stays up. */
    void open() throws IOException {
        write(bootId().orElse("open, on a machine that tells no boot id"));
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
            channel.write(ByteBuffer.wrap((word + "\n").getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
    }

    private static Optional<String> bootId() throws IOException {
        return Files.isReadable(BOOT_ID) ? Optional.of(Files.readString(BOOT_ID).strip()) : Optional.empty();
    }
}
