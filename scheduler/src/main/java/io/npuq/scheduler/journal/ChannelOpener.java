package io.npuq.scheduler.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** How the journal opens its files. Tests put a disk that loses power, or runs full, in its place. */
@FunctionalInterface
public interface ChannelOpener {
    /** The operating system's files. */
    ChannelOpener REAL = (path, options) -> FileChannel.open(path, options);

    /** For reading and writing; made when it is missing. */
    Set<OpenOption> READ_WRITE = Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

    /** For reading and writing; must exist. */
    Set<OpenOption> EXISTING = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);

    /** Opens the file; or a directory, for reading, so that the names in it can be synced. */
    FileChannel open(Path path, Set<? extends OpenOption> options) throws IOException;
}
