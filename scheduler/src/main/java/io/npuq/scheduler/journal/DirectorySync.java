package io.npuq.scheduler.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Puts the names in a directory on disk: a new file is there after a power loss only once this is done. */
public final class DirectorySync {
    private DirectorySync() {}

    /** Forces the directory. */
    public static void force(Path directory, ChannelOpener opener) throws IOException {
        try (FileChannel channel = opener.open(directory, Set.of(StandardOpenOption.READ))) {
            channel.force(true);
        } catch (AccessDeniedException e) {
            // Windows opens no directory as a file, and keeps names safe by its own journal.
            if (!System.getProperty("os.name").startsWith("Windows")) {
                throw e;
            }
        }
    }
}
