package io.npuq.scheduler.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** A small file that is written as a whole, each time anew. */
public final class ReplacedFile {
    private ReplacedFile() {}

    /** Takes the place of what is there, or of nothing, at one stroke, and is on disk then. Its directory must exist. */
    public static void write(Path directory, String name, byte[] content) throws IOException {
        Path made = directory.resolve(name + ".new");
        try (FileChannel file = FileChannel.open(
                made,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE))) {
            int unused = SegmentFile.writeFully(file, ByteBuffer.wrap(content), 0);
            file.force(true);
        }
        Files.move(made, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        DirectorySync.force(directory, ChannelOpener.REAL);
    }
}
