package io.npuq.scheduler.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of a journal's files, and what the directory holds of them. */
final class SegmentFiles {
    private static final Pattern LOG = Pattern.compile("\\d{10}\\.log");

    private final Path directory;

    SegmentFiles(Path directory) {
        this.directory = directory;
    }

    Path log(int segment) {
        return directory.resolve(name(segment, "log"));
    }

    Path body(int segment) {
        return directory.resolve(name(segment, "body"));
    }

    private static String name(int segment, String suffix) {
        return String.format(Locale.ROOT, "%010d.%s", segment, suffix);
    }

    /** The numbers of the segments that exist, ascending; throws when one in between is missing. */
    List<Integer> segments() throws IOException {
        List<Integer> numbers;
        try (Stream<Path> files = Files.list(directory)) {
            numbers = files.map(file -> file.getFileName().toString())
                    .filter(name -> LOG.matcher(name).matches())
                    .map(name -> Integer.parseInt(name.substring(0, name.indexOf('.'))))
                    .sorted()
                    .toList();
        }
        for (int i = 0; i < numbers.size(); i++) {
            if (numbers.get(i) != i + 1) {
                throw new JournalDamagedException("the journal's segment file " + log(i + 1)
                        + " is missing; restore it from a backup, for the chain runs through it");
            }
        }
        return numbers;
    }

    /** A new file's name is on disk only once its directory is. */
    void syncDirectory(ChannelOpener opener) throws IOException {
        try (FileChannel channel = opener.open(directory, Set.of(StandardOpenOption.READ))) {
            channel.force(true);
        } catch (java.nio.file.AccessDeniedException e) {
            // Windows opens no directory as a file, and keeps names safe by its own journal.
            if (!System.getProperty("os.name").startsWith("Windows")) {
                throw e;
            }
        }
    }
}
