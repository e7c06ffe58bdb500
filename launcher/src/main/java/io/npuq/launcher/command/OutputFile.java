package io.npuq.launcher.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that a command writes for its user. */
final class OutputFile {
    private OutputFile() {}

    /**
     * Writes it, and the directories that it lies in.
     *
     * @param what it is, for the message
     * @param option that names it
     */
    static void write(Path file, String text, String what, String option) throws CommandFailedException {
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new CommandFailedException(
                    ExitCode.FAILED,
                    "cannot write the " + what + " to " + file + " (" + e + "); name another file with " + option,
                    e);
        }
    }
}
