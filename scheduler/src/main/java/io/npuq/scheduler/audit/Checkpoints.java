package io.npuq.scheduler.audit;

import io.npuq.scheduler.QueueUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The checkpoints that a log has, to be kept elsewhere. */
public final class Checkpoints {
    private final List<SignedNote> notes;

    /** Those of that data directory. */
    public Checkpoints(Path data) {
        this(read(new AuditFiles(data)));
    }

    /** Those of that host. */
    public Checkpoints(HostLog log) {
        this(log.read().notes());
    }

    private Checkpoints(List<SignedNote> notes) {
        this.notes = notes;
    }

    /** The note of the newest checkpoint, as it was signed; empty when there is none. */
    public Optional<String> newest() {
        return notes.stream()
                .filter(note -> Checkpoint.parse(note.text()).isPresent())
                .reduce((earlier, later) -> later)
                .map(note -> new String(note.bytes(), StandardCharsets.UTF_8).stripTrailing());
    }

    /** The key that was named last; empty when there is none. */
    public Optional<VerifierKey> key() {
        return notes.stream()
                .flatMap(note -> KeyNote.parse(note.text()).stream())
                .reduce((earlier, later) -> later);
    }

    private static List<SignedNote> read(AuditFiles files) {
        try {
            return files.read().notes();
        } catch (IOException e) {
            throw new QueueUnavailableException(
                    files.checkpoints() + " cannot be read: " + e.getClass().getSimpleName() + " " + e.getMessage(), e);
        }
    }
}
