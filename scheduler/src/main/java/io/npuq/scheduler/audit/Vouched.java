package io.npuq.scheduler.audit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of many notes can be believed, and by whose word. With keys that were given, only their signatures count, and those of keys that they
 * vouch for. With none, a key is taken at its own word: then what counts is that nobody else's key is given for it.
 */
final class Vouched {
    private final Set<VerifierKey> keys = new LinkedHashSet<>();
    private final List<Checkpoint> checkpoints = new ArrayList<>();
    private final boolean strict;
    private long unvouched;
    private @Nullable Broken broken;

    /** Those that one of the given keys vouches for; without any, each key by its own word. */
    Vouched(Set<VerifierKey> given) {
        strict = !given.isEmpty();
        keys.addAll(given);
    }

    /**
     * Takes the notes of a file, in order.
     *
     * @param file its name, for messages
     */
    void take(List<SignedNote> notes, Object file) {
        int number = 0;
        for (SignedNote note : notes) {
            number++;
            Optional<String> wrong = take(note);
            if (wrong.isPresent() && broken == null) {
                broken = Broken.checkpoints("note " + number + " of " + file + " " + wrong.get());
            }
        }
    }

    private Optional<String> take(SignedNote note) {
        Optional<VerifierKey> named = KeyNote.parse(note.text());
        if (named.isPresent() && !strict && note.signatures().stream().anyMatch(s -> s.isBy(named.get()))) {
            keys.add(named.get());
        }
        if (isForged(note)) {
            return Optional.of("is not what the key that it names has signed");
        }
        boolean signed = note.signatures().stream().anyMatch(s -> keys.stream().anyMatch(s::isBy));
        if (!signed) {
            unvouched++;
            return strict ? Optional.empty() : Optional.of("is signed by no key that a note before names");
        }
        return believe(note, named);
    }

    /** Whether a key that counts is said to have signed it, and has not. */
    boolean isForged(SignedNote note) {
        return note.signatures().stream()
                .anyMatch(s -> keys.stream().anyMatch(key -> s.isBy(key) && !key.verifies(note.text(), s.bytes())));
    }

    private Optional<String> believe(SignedNote note, Optional<VerifierKey> named) {
        if (named.isPresent()) {
            keys.add(named.get());
            return Optional.empty();
        }
        Optional<Checkpoint> checkpoint = Checkpoint.parse(note.text());
        if (checkpoint.isEmpty()
                || note.signatures().stream()
                        .noneMatch(s -> s.name().equals(checkpoint.get().origin()))) {
            return Optional.of("is neither a checkpoint of the log whose key signed it nor names a key");
        }
        checkpoints.add(checkpoint.get());
        return Optional.empty();
    }

    List<VerifierKey> keys() {
        return List.copyOf(keys);
    }

    List<Checkpoint> checkpoints() {
        return checkpoints;
    }

    /** How many notes did not count, for no key that counts has signed them. */
    long unvouched() {
        return unvouched;
    }

    Optional<Broken> broken() {
        return Optional.ofNullable(broken);
    }
}
