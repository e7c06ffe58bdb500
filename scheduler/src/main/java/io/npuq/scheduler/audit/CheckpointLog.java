package io.npuq.scheduler.audit;

import io.npuq.scheduler.QueueUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs how far one log went, and keeps that in its files. The key is made with the first checkpoint. One thread at a
 * time; whatever fails leaves as an exception, and can be tried again.
 */
public final class CheckpointLog {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointLog.class);

    /** Past this size every second one of the older half of all checkpoints goes, in bytes. Each one vouches for all before it. */
    static final long FILE_BYTES_MAX = 256 << 10;

    private final AuditFiles files;
    private final KeyFile keyFile;
    private final Supplier<Instant> now;
    private @Nullable SigningKey key;
    private long latest;

    /** The checkpoints of that data directory's own log, of which nothing is touched yet. */
    public CheckpointLog(Path data, Supplier<Instant> now) {
        this(new AuditFiles(data), now);
    }

    /** The checkpoints in those files, of which nothing is touched yet. */
    public CheckpointLog(AuditFiles files, Supplier<Instant> now) {
        this.files = files;
        this.keyFile = new KeyFile(files.key());
        this.now = now;
    }

    /**
     * Signs that the log has so many entries, if the latest checkpoint knows of fewer. They must be on disk.
     *
     * @param head hash of the last one, hexadecimal
     */
    public void write(long entries, String head) throws IOException {
        SigningKey signer = key == null ? open(entries) : key;
        key = signer;
        if (entries <= latest) {
            return;
        }
        Checkpoint checkpoint = new Checkpoint(signer.verifier().name(), entries, head, now.get());
        files.append(SignedNote.sign(checkpoint.text(), signer));
        latest = entries;
        if (Files.size(files.checkpoints()) > FILE_BYTES_MAX) {
            files.replace(thinned(files.read().notes()));
        }
    }

    /**
     * Puts a new key in the place of the one that the directory has, which vouches for it.
     *
     * @return the new one
     * @throws QueueUnavailableException when there is none yet
     */
    public VerifierKey rotate() throws IOException {
        SigningKey old = keyFile.read()
                .orElseThrow(() -> new QueueUnavailableException(
                        files.key() + " is missing: there is no key to take the place of; the next start makes one"));
        SigningKey next = SigningKey.named(old.verifier().name());
        files.append(SignedNote.sign(new KeyNote(next.verifier(), now.get()).text(), old, next));
        keyFile.write(next);
        key = next;
        return next.verifier();
    }

    private SigningKey open(long entries) throws IOException {
        files.makeDirectory();
        SigningKey signer = keyOrNew();
        List<SignedNote> notes = files.read().notes();
        if (notes.stream()
                .noneMatch(note -> KeyNote.parse(note.text())
                        .filter(signer.verifier()::equals)
                        .isPresent())) {
            files.append(SignedNote.sign(new KeyNote(signer.verifier(), now.get()).text(), signer));
        }
        latest = latestOf(notes, signer.verifier().name()).orElse(-1);
        if (latest > entries) {
            LOG.warn(
                    "the request log has {} entries, but a checkpoint in {} says that there were {}: some were cut off. "
                            + "\"npuq audit verify\" tells more",
                    entries,
                    files.checkpoints(),
                    latest);
        }
        return signer;
    }

    private SigningKey keyOrNew() throws IOException {
        Optional<SigningKey> there = keyFile.read();
        if (there.isPresent()) {
            if (keyFile.isOpenToOthers()) {
                LOG.warn(
                        "others than its owner may read {}: \"chmod 600\" it, then \"npuq audit rotate-key\"",
                        files.key());
            }
            return there.get();
        }
        SigningKey made = SigningKey.ofNewLog();
        keyFile.write(made);
        return made;
    }

    private static OptionalLong latestOf(List<SignedNote> notes, String origin) {
        return notes.stream()
                .flatMap(note -> Checkpoint.parse(note.text()).stream())
                .filter(checkpoint -> checkpoint.origin().equals(origin))
                .mapToLong(Checkpoint::entries)
                .max();
    }

    private static List<SignedNote> thinned(List<SignedNote> notes) {
        List<SignedNote> kept = new ArrayList<>();
        for (int i = 0; i < notes.size(); i++) {
            boolean isOld = i < notes.size() / 2;
            boolean isCheckpoint = Checkpoint.parse(notes.get(i).text()).isPresent();
            if (!isOld || !isCheckpoint || i % 2 == 0) {
                kept.add(notes.get(i));
            }
        }
        return kept;
    }
}
