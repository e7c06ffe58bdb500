package io.npuq.launcher.doctor;

import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What is kept, for how long, and whether there is room for it. */
final class GoLivePlaces {
    private static final long MEGABYTE = 1_000_000;

    /** Texts of users that stay longer than this are rarely meant to. */
    private static final Duration RETENTION_USUAL_MAX = Duration.ofDays(30);

    private GoLivePlaces() {}

    static List<Check> of(QueueConfig queue) {
        return List.of(room(queue), retention(queue));
    }

    /** Whether the disk holds what the journal may take: npuq refuses jobs at its bound in good order, a full disk serves nobody. */
    private static Check room(QueueConfig queue) {
        String name = "room";
        Path data = queue.dataDir();
        try {
            long free = Files.getFileStore(Places.existing(data)).getUsableSpace();
            long more = Math.max(0, queue.journalBytesMax() - bytesIn(data));
            String found = free / MEGABYTE + " MB free; the journal may take " + more / MEGABYTE + " MB more";
            return more <= free
                    ? Check.ok(name, found)
                    : Check.needed(
                            name,
                            found,
                            "give --journal-bytes-max what the disk has (such as " + free / 2 + "), or a larger disk");
        } catch (IOException e) {
            return Check.needed(name, "cannot look at " + data + ": " + e.getMessage(), "correct --data");
        }
    }

    private static long bytesIn(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(dir)) {
            return files.map(Path::toFile)
                    .mapToLong(file -> file.isFile() ? file.length() : 0)
                    .sum();
        }
    }

    private static Check retention(QueueConfig queue) {
        String name = "retention";
        String hours = queue.resultRetention().toHours() + " h";
        if (queue.keepInputs()) {
            return Check.missing(
                    name,
                    "inputs are kept as long as results, " + hours,
                    "leave --keep-inputs out, unless somebody needs them");
        }
        String found = "results are kept " + hours + ", inputs until their job has succeeded";
        return queue.resultRetention().compareTo(RETENTION_USUAL_MAX) <= 0
                ? Check.ok(name, found)
                : Check.missing(name, found, "is that meant? --result-retention 24h is the default");
    }
}
