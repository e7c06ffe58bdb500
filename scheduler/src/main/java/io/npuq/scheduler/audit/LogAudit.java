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
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Checks a request log, in a data directory or an export, against itself and against checkpoints. Changes nothing, takes no lock. */
public final class LogAudit {
    /** Behind an export's name: its checkpoints. */
    public static final String CHECKPOINTS_SUFFIX = ".checkpoints";

    private final Set<VerifierKey> keys;
    private final @Nullable Path kept;

    /**
     * An audit.
     *
     * @param key whose word counts, and that of keys that it vouches for; null to take the log's keys at their own word
     * @param kept a file of checkpoints that was kept elsewhere; null for none
     */
    public LogAudit(@Nullable VerifierKey key, @Nullable Path kept) {
        this(key == null ? Set.of() : Set.of(key), kept);
    }

    private LogAudit(Set<VerifierKey> keys, @Nullable Path kept) {
        this.keys = Set.copyOf(keys);
        this.kept = kept;
    }

    /**
     * An audit.
     *
     * @param keys whose word counts, and that of keys that they vouch for; none to take the logs' keys at their own word
     * @param kept a file of checkpoints that was kept elsewhere; null for none
     */
    public static LogAudit by(Set<VerifierKey> keys, @Nullable Path kept) {
        return new LogAudit(keys, kept);
    }

    private interface Reading<T> {
        T read() throws IOException;
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

    /** Checks the log of one of several hosts; of the checkpoints that were kept elsewhere, those by its keys' name count. */
    public AuditReport host(HostLog log) {
        return reading("the log of " + log.name(), () -> {
            SignedNote.Read own = log.read();
            Evidence evidence = evidence(own, "the store's checkpoints of " + log.name(), names(own.notes())::contains);
            ChainWalk walk = evidence.walk();
            log.lines().read(taker(walk));
            AuditReport report = report(walk, evidence, false);
            return report.broken().isPresent() ? report : report.with(beside(log, report));
        });
    }

    /** What is wrong where a checkpoint that was kept elsewhere is of none of those logs: one of them was, or is written anew. */
    public Optional<Broken> ofNone(List<HostLog> logs) {
        if (kept == null) {
            return Optional.empty();
        }
        Set<String> known =
                logs.stream().flatMap(log -> names(log.read().notes()).stream()).collect(Collectors.toSet());
        Path file = kept;
        return reading(
                file,
                () -> keptNotes(file).stream()
                        .flatMap(note -> Checkpoint.parse(note.text()).stream())
                        .filter(checkpoint -> !known.contains(checkpoint.origin()))
                        .findFirst()
                        .map(
                                checkpoint -> Broken.checkpoints(
                                        "no host's log there is by the key " + checkpoint.origin()
                                                + ", though the checkpoint of " + checkpoint.at() + " in " + file
                                                + " says so: that log is gone, or was written anew with another key, or is another store's")));
    }

    private static Set<String> names(List<SignedNote> notes) {
        return notes.stream()
                .flatMap(note -> Stream.concat(
                        KeyNote.parse(note.text()).map(VerifierKey::name).stream(),
                        Checkpoint.parse(note.text()).map(Checkpoint::origin).stream()))
                .collect(Collectors.toSet());
    }

    private static HostLog.Taker taker(ChainWalk walk) {
        return new HostLog.Taker() {
            @Override
            public boolean take(byte[] line, Object where) {
                return walk.take(line, where, true);
            }

            @Override
            public void unreadable(Object where, String how) {
                walk.unreadable(where, how);
            }
        };
    }

    /** Where the log ends otherwise than the place in which it is kept says. */
    private static @Nullable Broken beside(HostLog log, AuditReport report) {
        long entries = report.entries();
        String says = ": the store says of itself that the log ends with entry " + log.entries() + ", whose hash is "
                + log.head();
        if (entries < log.entries()) {
            return new Broken(
                    entries + 1, entries + 1, "entry " + (entries + 1) + " and those behind it are missing" + says);
        }
        if (entries > log.entries()) {
            return new Broken(log.entries() + 1, entries, "entry " + (log.entries() + 1) + " was put in" + says);
        }
        return report.head().equals(log.head())
                ? null
                : new Broken(report.proven() + 1, entries, "entry " + entries + " is not what was written" + says);
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
        return evidence(own, file, name -> true);
    }

    /** Of what was kept elsewhere, checkpoints of logs by those names count. */
    private Evidence evidence(SignedNote.Read own, Object file, Predicate<String> wanted) throws IOException {
        Vouched vouched = new Vouched(keys);
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
            InvalidInputException.check(
                    notes.stream()
                            .anyMatch(note -> Checkpoint.parse(note.text()).isPresent()),
                    "checkpoint",
                    kept + " holds no checkpoint");
            List<SignedNote> ours =
                    notes.stream().filter(note -> wanted.test(nameOf(note))).toList();
            vouched.take(ours, kept);
            // Whoever kept it believes it, whatever key signed it.
            List<Checkpoint> elsewhere = ours.stream()
                    .flatMap(note -> Checkpoint.parse(note.text()).stream())
                    .toList();
            believed = elsewhere.isEmpty() ? checkpoints : elsewhere;
            checkpoints = Stream.concat(checkpoints.stream(), elsewhere.stream())
                    .distinct()
                    .toList();
        }
        if (unreadable == null && !keys.isEmpty() && checkpoints.isEmpty()) {
            unreadable = Broken.checkpoints("no checkpoint is signed by the key that was given");
        }
        return new Evidence(vouched, checkpoints, believed, unreadable);
    }

    /** The first line of every note of ours names its log. */
    private static String nameOf(SignedNote note) {
        return note.text().substring(0, note.text().indexOf('\n'));
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

    private static <T> T reading(Object where, Reading<T> work) {
        try {
            return work.read();
        } catch (IOException e) {
            throw new QueueUnavailableException(
                    where + " cannot be read: " + e.getClass().getSimpleName() + " " + e.getMessage(), e);
        }
    }
}
