package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Backup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A file beside the journal as it was at one moment: records, which are replaced as a whole, with what they said; others, which only grow, by
 * their length.
 *
 * @param name its path in the data directory, and in a backup
 * @param bytes how much of it counts
 * @param record its content where it is a record
 */
record BesideFile(String name, long bytes, Optional<byte[]> record) {
    /** The names that go into a backup; a file that is being written or erased has another. */
    static final Pattern NAME = Pattern.compile(
            "(" + String.join("|", Backup.BESIDE) + ")/[A-Za-z0-9_-]{1,100}\\.(json|data|output|errors|jobs)");

    private static final String RECORD = ".json";

    /** All of them. Done before the journal's end is noted, it is no newer than the jobs in there. */
    static List<BesideFile> list(Path data) throws IOException {
        List<BesideFile> found = new ArrayList<>();
        for (String directory : Backup.BESIDE) {
            if (Files.isDirectory(data.resolve(directory))) {
                list(data, directory, found);
            }
        }
        return found;
    }

    private static void list(Path data, String directory, List<BesideFile> found) throws IOException {
        try (Stream<Path> files = Files.list(data.resolve(directory))) {
            for (Path file : files.toList()) {
                String name = directory + "/" + file.getFileName();
                if (NAME.matcher(name).matches()) {
                    look(file, name).ifPresent(found::add);
                }
            }
        }
    }

    private static Optional<BesideFile> look(Path file, String name) throws IOException {
        try {
            if (name.endsWith(RECORD)) {
                byte[] record = Files.readAllBytes(file);
                return Optional.of(new BesideFile(name, record.length, Optional.of(record)));
            }
            return Optional.of(new BesideFile(name, Files.size(file), Optional.empty()));
        } catch (NoSuchFileException e) {
            return Optional.empty(); // deleted meanwhile
        }
    }
}
