package io.npuq.scheduler.audit;

import io.npuq.schema.InvalidInputException;
import java.time.Instant;
import java.util.Optional;

/**
 * The word that a key is the log's: signed by that key itself, and, where it takes the place of another, by that one. Its second line begins
 * with {@code key}, so that it is never taken for a checkpoint.
 *
 * @param key the new one
 * @param at when it was made
 */
record KeyNote(VerifierKey key, Instant at) {
    private static final String KEY = "key ";

    String text() {
        return key.name() + "\n" + KEY + key + "\ntime " + at + "\n";
    }

    /** The key that a note's text names; empty when it names none. */
    static Optional<VerifierKey> parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length < 2 || !lines[1].startsWith(KEY)) {
            return Optional.empty();
        }
        try {
            VerifierKey key = VerifierKey.parse(lines[1].substring(KEY.length()));
            return key.name().equals(lines[0]) ? Optional.of(key) : Optional.empty();
        } catch (InvalidInputException e) {
            return Optional.empty();
        }
    }
}
