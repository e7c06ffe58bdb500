package io.npuq.scheduler.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
        List<Integer> numbers = present();
        for (int i = 0; i < numbers.size(); i++) {
            if (numbers.get(i) != i + 1) {
                throw new JournalDamagedException("the journal's segment file " + log(i + 1)
                        + " is missing; restore it from a backup, for the chain runs through it");
            }
        }
        return numbers;
    }

    /** The numbers of the segments that exist, ascending, whatever is missing. */
    List<Integer> present() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> LOG.matcher(name).matches())
                    .map(name -> Integer.parseInt(name.substring(0, name.indexOf('.'))))
                    .sorted()
                    .toList();
        }
    }

    /** What the files of all segments before that one take, in bytes. */
    long bytesBefore(int segment) throws IOException {
        long bytes = 0;
        for (int number = 1; number < segment; number++) {
            bytes += Files.size(log(number)) + (Files.exists(body(number)) ? Files.size(body(number)) : 0);
        }
        return bytes;
    }

    /** All files of the segments before that one, at their full lengths. */
    List<Extent.Piece> piecesBefore(int segment) throws IOException {
        List<Extent.Piece> pieces = new ArrayList<>();
        for (int number = 1; number < segment; number++) {
            pieces.add(Extent.Piece.of(log(number), Files.size(log(number))));
            if (Files.exists(body(number))) {
                pieces.add(Extent.Piece.of(body(number), Files.size(body(number))));
            }
        }
        return pieces;
    }

    /** A new file's name is on disk only once its directory is. */
    void syncDirectory(ChannelOpener opener) throws IOException {
        DirectorySync.force(directory, opener);
    }
}
