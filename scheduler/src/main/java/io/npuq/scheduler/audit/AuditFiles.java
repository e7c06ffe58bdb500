package io.npuq.scheduler.audit;

import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.scheduler.journal.DirectorySync;
import io.npuq.scheduler.journal.ReplacedFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Where in a data directory the key and the checkpoints of a log are. */
public final class AuditFiles {
    /** Their directory's name in a data directory. */
    public static final String DIRECTORY = "audit";

    /** The name of the file of checkpoints in it. */
    public static final String CHECKPOINTS = "checkpoints";

    private final Path directory;

    /** Those of that data directory. */
    public AuditFiles(Path data) {
        this(data, DIRECTORY);
    }

    private AuditFiles(Path data, String directory) {
        this.directory = data.resolve(directory);
    }

    /**
     * Those of the log that the host of that data directory keeps in a store which hosts share: another log than the directory's own, and so
     * another key.
     */
    public static AuditFiles ofHost(Path data) {
        return new AuditFiles(data, "store-audit");
    }

    /** The file of checkpoints, which may be missing. */
    public Path checkpoints() {
        return directory.resolve(CHECKPOINTS);
    }

    /** The file of the private key, which may be missing. */
    public Path key() {
        return directory.resolve("key");
    }

    /** All notes, in order, each with the empty line behind it; none when there is no file. */
    public List<String> notes() throws IOException {
        return read().notes().stream()
                .map(note -> new String(note.bytes(), StandardCharsets.UTF_8))
                .toList();
    }

    /** The bytes of all checkpoints up to that entry, and of all notes of keys; none when there is no file. */
    public byte[] checkpointsUpTo(long entries) throws IOException {
        return bytes(
                read().notes(),
                note -> Checkpoint.parse(note.text())
                        .map(checkpoint -> checkpoint.entries() <= entries)
                        .orElse(true));
    }

    void makeDirectory() throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(directory);
            Path data = directory.getParent();
            if (data != null) {
                DirectorySync.force(data, ChannelOpener.REAL);
            }
        }
    }

    SignedNote.Read read() throws IOException {
        try {
            return SignedNote.readAll(Files.readAllBytes(checkpoints()));
        } catch (NoSuchFileException e) {
            return new SignedNote.Read(List.of(), 0, 0);
        }
    }

    /** Appends the note; when it returns, that is on disk. What a broken write left at the end goes. */
    void append(SignedNote note) throws IOException {
        int whole = read().bytes();
        boolean isNew = !Files.exists(checkpoints());
        try (FileChannel file =
                FileChannel.open(checkpoints(), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE))) {
            file.truncate(whole);
            writeFully(file, note.bytes(), whole);
            file.force(true);
        }
        if (isNew) {
            DirectorySync.force(directory, ChannelOpener.REAL);
        }
    }

    /** Puts other notes in the place of all, at one stroke. */
    void replace(List<SignedNote> notes) throws IOException {
        ReplacedFile.write(directory, CHECKPOINTS, bytes(notes, note -> true));
    }

    private static byte[] bytes(List<SignedNote> notes, Predicate<SignedNote> wanted) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        notes.stream().filter(wanted).forEach(note -> all.writeBytes(note.bytes()));
        return all.toByteArray();
    }

    private static void writeFully(FileChannel file, byte[] bytes, long at) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        long position = at;
        while (rest.hasRemaining()) {
            position += file.write(rest, position);
        }
    }
}
