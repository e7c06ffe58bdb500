package io.npuq.scheduler.audit;

import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.RequestLog;
import io.npuq.scheduler.journal.FrameWalk;
import io.npuq.schema.InvalidInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks a request log, in a data directory or an export, against itself and against checkpoints. Changes nothing, takes no lock. */
public final class LogAudit {
    /** Behind an export's name: its checkpoints. */
    public static final String CHECKPOINTS_SUFFIX = ".checkpoints";

    private final @Nullable VerifierKey key;
    private final @Nullable Path kept;

    /**
     * An audit.
     *
     * @param key whose word counts, and that of keys that it vouches for; null to take the log's keys at their own word
     * @param kept a file of checkpoints that was kept elsewhere; null for none
     */
    public LogAudit(@Nullable VerifierKey key, @Nullable Path kept) {
        this.key = key;
        this.kept = kept;
    }

    private interface Reading {
        AuditReport read() throws IOException;
    }

    /** Checks the log of a data directory, whether a server runs on it or not. */
    public AuditReport directory(Path data) {
        RequestLog log = RequestLog.of(data);
        return reading(data, () -> {
            AuditFiles files = new AuditFiles(data);
            // First: the log is longer than its checkpoints say, never shorter.
            Evidence evidence = evidence(files.read(), files.checkpoints());
            ChainWalk walk = evidence.walk();
            FrameWalk.End end = FrameWalk.walk(log.journal(), (at, line, fits) -> walk.take(line, at, fits));
            if (end.broken() != null) {
                walk.unreadable(end.broken(), end.how());
            }
            return report(walk, evidence, end.unfinished());
        });
    }

    /** Checks an export that claims to be whole, with the checkpoints beside it where there are any. */
    public AuditReport export(Path file) {
        return reading(file, () -> {
            Evidence evidence = beside(file);
            ChainWalk walk = evidence.walk();
            ExportLines.read(file, (line, number) -> walk.take(line, "line " + number, true));
            return report(walk, evidence, false);
        });
    }

    /** Checks what can be checked of an export of which entries were left out. */
    public AuditReport filteredExport(Path file) {
        return reading(file, () -> {
            Evidence evidence = beside(file);
            FilteredWalk walk = new FilteredWalk(evidence.checkpoints());
            ExportLines.read(file, (line, number) -> walk.take(line, "line " + number));
            return new AuditReport(
                    walk.entries(),
                    walk.proven(),
                    walk.head(),
                    evidence.vouched().keys(),
                    walk.held(),
                    evidence.vouched().unvouched(),
                    evidence.newest().orElse(null),
                    false,
                    true,
                    walk.end().or(evidence::broken).orElse(null));
        });
    }

    /**
     * What the log is held against.
     *
     * @param vouched the notes beside it
     * @param checkpoints of those, and those kept elsewhere
     * @param believed those kept elsewhere, if there are any; or else all of them
     * @param unreadable the first note that cannot be read; null when all can
     */
    private record Evidence(
            Vouched vouched,
            List<Checkpoint> checkpoints,
            List<Checkpoint> believed,
            @Nullable Broken unreadable) {
        ChainWalk walk() {
            return new ChainWalk(checkpoints, believed);
        }

        Optional<Checkpoint> newest() {
            return checkpoints.stream().max(Comparator.comparingLong(Checkpoint::entries));
        }

        Optional<Broken> broken() {
            return Optional.ofNullable(unreadable).or(vouched::broken);
        }
    }

    private Evidence beside(Path export) throws IOException {
        Path file = export.resolveSibling(export.getFileName() + CHECKPOINTS_SUFFIX);
        return evidence(SignedNote.readAll(Files.exists(file) ? Files.readAllBytes(file) : new byte[0]), file);
    }

    private Evidence evidence(SignedNote.Read own, Path file) throws IOException {
        Vouched vouched = new Vouched(key);
        vouched.take(own.notes(), file);
        Broken unreadable = own.broken() == 0
                ? null
                : Broken.checkpoints("note " + own.broken() + " of " + file + " is not one that was written");
        List<Checkpoint> checkpoints = List.copyOf(vouched.checkpoints());
        List<Checkpoint> believed = checkpoints;
        if (kept != null) {
            List<SignedNote> notes = keptNotes(kept);
            InvalidInputException.check(
                    notes.stream().noneMatch(vouched::isForged),
                    "checkpoint",
                    kept + " is not what the log's key has signed: it was changed itself; use another copy of it");
            vouched.take(notes, kept);
            // Whoever kept it believes it, whatever key signed it.
            List<Checkpoint> elsewhere = notes.stream()
                    .flatMap(note -> Checkpoint.parse(note.text()).stream())
                    .toList();
            InvalidInputException.check(!elsewhere.isEmpty(), "checkpoint", kept + " holds no checkpoint");
            believed = elsewhere;
            checkpoints = Stream.concat(checkpoints.stream(), elsewhere.stream())
                    .distinct()
                    .toList();
        }
        if (unreadable == null && key != null && checkpoints.isEmpty()) {
            unreadable = Broken.checkpoints("no checkpoint is signed by the key that was given");
        }
        return new Evidence(vouched, checkpoints, believed, unreadable);
    }

    /** A note that was copied by hand may have lost the empty line behind it. */
    private static List<SignedNote> keptNotes(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8)
                        .replace("\r\n", "\n")
                        .stripTrailing() + "\n\n";
        SignedNote.Read read = SignedNote.readAll(text.getBytes(StandardCharsets.UTF_8));
        InvalidInputException.check(
                read.broken() == 0, "checkpoint", "note " + read.broken() + " of " + file + " is no signed note");
        return read.notes();
    }

    private static AuditReport report(ChainWalk walk, Evidence evidence, boolean unfinished) {
        Broken broken = walk.end().or(evidence::broken).orElse(null);
        return new AuditReport(
                walk.entries(),
                walk.heldUpTo(),
                walk.head(),
                evidence.vouched().keys(),
                walk.held(),
                evidence.vouched().unvouched(),
                evidence.newest().orElse(null),
                unfinished,
                false,
                broken);
    }

    private static AuditReport reading(Path where, Reading work) {
        try {
            return work.read();
        } catch (IOException e) {
            throw new QueueUnavailableException(
                    where + " cannot be read: " + e.getClass().getSimpleName() + " " + e.getMessage(), e);
        }
    }
}
