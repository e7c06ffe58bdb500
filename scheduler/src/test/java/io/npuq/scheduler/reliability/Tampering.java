package io.npuq.scheduler.reliability;

import io.npuq.scheduler.audit.AuditFiles;
import io.npuq.scheduler.audit.AuditReport;
import io.npuq.scheduler.audit.Broken;
import io.npuq.scheduler.audit.CheckpointLog;
import io.npuq.scheduler.audit.Checkpoints;
import io.npuq.scheduler.audit.LogAudit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One seed of {@link TamperTest}: every kind of change, at one random place each, to a directory and to an export. */
final class Tampering {
    private final LogFrames genuine;
    private final Path source;
    private final Path scratch;
    private final Random dice;
    private final List<String> failures = new ArrayList<>();
    private int found;
    private int exact;

    /**
     * A seed.
     *
     * @param genuine the log
     * @param source its data directory
     * @param scratch a directory of this seed's own
     */
    Tampering(LogFrames genuine, Path source, Path scratch, long seed) {
        this.genuine = genuine;
        this.source = source;
        this.scratch = scratch;
        this.dice = new Random(seed);
    }

    /** How many changes were found, at the right place. */
    int found() {
        return found;
    }

    /** Of those, how many by exactly that entry's number, not by a range that it is in. */
    int exact() {
        return exact;
    }

    List<String> play() throws IOException {
        edit();
        delete();
        insert();
        reorder();
        cut();
        rewrite();
        spoil();
        return failures;
    }

    private void edit() throws IOException {
        int number = 1 + dice.nextInt(genuine.size());
        byte[] entry = genuine.entry(number).clone();
        int at = dice.nextInt(entry.length);
        entry[at] ^= (byte) (1 + dice.nextInt(127));
        // A line's end in an export would make two lines of one.
        entry[at] = entry[at] == '\n' || entry[at] == genuine.entry(number)[at] ? (byte) 'x' : entry[at];
        if (entry[at] == genuine.entry(number)[at]) {
            entry[at] = 'y';
        }
        LogFrames changed = genuine.copy();
        changed.replace(number, entry);
        expect("edit", changed, number, number, number < genuine.size());
    }

    private void delete() throws IOException {
        int number = 1 + dice.nextInt(genuine.size());
        LogFrames changed = genuine.copy();
        changed.remove(number);
        expect("delete", changed, number, number, true);
    }

    /** A forged entry that fits the one before it, or a second copy of a genuine one. */
    private void insert() throws IOException {
        int place = 2 + dice.nextInt(genuine.size() - 1);
        LogFrames changed = genuine.copy();
        if (dice.nextBoolean()) {
            changed.insert(place, forged(genuine, place));
            expect("insert", changed, place, place, true);
        } else {
            changed.insert(place, genuine.entry(1 + dice.nextInt(genuine.size())));
            expect("insert a copy", changed, place - 1, place, true);
        }
    }

    private void reorder() throws IOException {
        int one = 1 + dice.nextInt(genuine.size() - 1);
        int other = one + 1 + dice.nextInt(genuine.size() - one);
        LogFrames changed = genuine.copy();
        changed.swap(one, other);
        expect("reorder", changed, one, one, true);
    }

    private void cut() throws IOException {
        int number = 2 + dice.nextInt(genuine.size() - 1);
        LogFrames changed = genuine.copy();
        changed.cutFrom(number);
        expect("cut", changed, number, number, true);
    }

    /** All entries from one on are written anew, each with the hash of the one before: first beside the genuine checkpoints, then with new ones. */
    private void rewrite() throws IOException {
        int number = 1 + dice.nextInt(genuine.size());
        LogFrames changed = genuine.copy();
        changed.replace(number, forged(genuine, number));
        changed.rechain(number);
        expect("rewrite", changed, number, number, false);

        Path kept = scratch.resolve("kept");
        Files.writeString(kept, new Checkpoints(source).newest().orElseThrow());
        Path data = data(changed);
        Files.delete(new AuditFiles(data).key());
        Files.delete(new AuditFiles(data).checkpoints());
        new CheckpointLog(data, () -> Instant.EPOCH).write(changed.size(), changed.head());
        judge("rewrite with a new key, alone", null, new LogAudit(null, null).directory(data), false);
        judge("rewrite with a new key", new Place(number, number), new LogAudit(null, kept).directory(data), false);
        AuditReport byKey = new LogAudit(new Checkpoints(source).key().orElseThrow(), null).directory(data);
        if (byKey.broken().isEmpty()) {
            failures.add("a rewrite with a new key passes for one of the old key");
        }
        Scratch.delete(data);
    }

    /** Bytes of a frame are changed, and its checksum is left as it was. */
    private void spoil() throws IOException {
        int number = 1 + dice.nextInt(genuine.size());
        Path data = data(genuine);
        Path file = genuine.file(data.resolve("journal"), number);
        byte[] log = Files.readAllBytes(file);
        log[genuine.offset(number) + dice.nextInt(genuine.frameBytes(number))] ^= (byte) (1 + dice.nextInt(255));
        Files.write(file, log);
        judge("spoil", new Place(number, number), new LogAudit(null, null).directory(data), true);
        Scratch.delete(data);
    }

    private record Place(int from, int to) {}

    private void expect(String what, LogFrames changed, int from, int to, boolean exactly) throws IOException {
        Path data = data(changed);
        judge(what, new Place(from, to), new LogAudit(null, null).directory(data), exactly);
        Path export = scratch.resolve("export");
        changed.export(export);
        Files.copy(
                new AuditFiles(data).checkpoints(),
                Path.of(export + LogAudit.CHECKPOINTS_SUFFIX),
                StandardCopyOption.REPLACE_EXISTING);
        judge(what + ", export", new Place(from, to), new LogAudit(null, null).export(export), exactly);
        Scratch.delete(data);
    }

    private void judge(String what, @Nullable Place place, AuditReport report, boolean exactly) {
        if (place == null) {
            if (report.broken().isPresent()) {
                failures.add(what + ": nothing there tells, and yet "
                        + report.broken().get().message());
            }
            return;
        }
        if (report.broken().isEmpty()) {
            failures.add(what + " of entry " + place.from() + " was not found");
            return;
        }
        Broken named = report.broken().get();
        boolean right = named.entry() <= place.to() && named.last() >= place.from();
        boolean precise = named.entry() == named.last();
        if (!right || (exactly && !precise)) {
            failures.add(what + " of entry " + place.from() + ": " + named.message());
            return;
        }
        found++;
        exact += precise ? 1 : 0;
    }

    private Path data(LogFrames changed) throws IOException {
        Path data = scratch.resolve("data");
        Files.createDirectories(data.resolve("journal"));
        Files.createDirectories(data.resolve(AuditFiles.DIRECTORY));
        changed.write(data.resolve("journal"));
        for (Path file : List.of(Path.of("key"), Path.of("checkpoints"))) {
            Path in = Path.of(AuditFiles.DIRECTORY).resolve(file);
            Files.copy(source.resolve(in), data.resolve(in));
        }
        return data;
    }

    /** An entry that could stand at that place: the one that does, at another time. */
    private static byte[] forged(LogFrames log, int number) {
        String entry = new String(log.entry(number), StandardCharsets.UTF_8);
        byte[] forged = entry.replaceFirst("\"at\":\"....", "\"at\":\"1999").getBytes(StandardCharsets.UTF_8);
        if (Arrays.equals(forged, log.entry(number))) {
            throw new AssertionError("an entry has a time");
        }
        return forged;
    }
}
