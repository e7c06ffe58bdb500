package io.npuq.scheduler.embedded;

import io.npuq.scheduler.journal.ReplacedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The word in a data directory that its queue is elsewhere, or on its way there. It is there before the first job is, so that no job is ever
 * run from both places.
 *
 * @param whole whether all of it has arrived
 * @param to where
 */
record MovedMark(boolean whole, String to) {
    private static final String FILE = "moved";
    private static final String WHOLE = "moved to ";
    private static final String UNDER_WAY = "moving to ";

    /** That of a data directory; empty when its queue is there. */
    static Optional<MovedMark> of(Path data) throws IOException {
        try {
            String text = Files.readString(data.resolve(FILE)).strip();
            return Optional.of(
                    text.startsWith(WHOLE)
                            ? new MovedMark(true, text.substring(WHOLE.length()))
                            : new MovedMark(false, text.substring(Math.min(text.length(), UNDER_WAY.length()))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Takes the place of another one, or of none, and is on disk then. */
    void write(Path data) throws IOException {
        String text = (whole ? WHOLE : UNDER_WAY) + to + "\n";
        ReplacedFile.write(data, FILE, text.getBytes(StandardCharsets.UTF_8));
    }

    /** What stands in the way of whoever wants to serve it. */
    String refusal(Path data) {
        return whole
                ? "the queue in " + data + " was moved to " + to + ": serve it from there, with --store " + to
                : "the queue in " + data + " is being moved to " + to
                        + ": finish that with \"npuq migrate\", then serve it from there with --store " + to;
    }
}
