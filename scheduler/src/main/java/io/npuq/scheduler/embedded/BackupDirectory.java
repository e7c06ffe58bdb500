package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Backup;
import io.npuq.scheduler.JournalReport;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.audit.AuditFiles;
import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.scheduler.journal.DirectorySync;
import io.npuq.scheduler.journal.Extent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A backup in a directory of its own: the manifest, and the journal's files as they lie in a data directory. It is made under another
 * name, checked as a whole, and gets its own name last: what bears that name is a backup.
 */
final class BackupDirectory {
    private static final Pattern FILE = Pattern.compile(DataDirectory.JOURNAL + "/\\d{10}\\.(log|body)|"
            + BackupManifest.CHECKPOINTS + "|" + BesideFile.NAME.pattern());

    /** All parts of a backup, as they are called in a data directory too; the journal last, for what has one is a queue. */
    static final List<String> PARTS = Stream.concat(
                    Backup.BESIDE.stream(), Stream.of(AuditFiles.DIRECTORY, DataDirectory.JOURNAL))
            .toList();

    private final Path path;

    BackupDirectory(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    private interface Filling {
        void fill(Path directory) throws IOException;
    }

    /** Fills it from an archive, as {@link BackupArchive} makes one. */
    JournalReport receive(InputStream archive) throws IOException {
        return make(directory -> unpack(archive, directory));
    }

    /** Fills it from a data directory whose journal nobody writes to. */
    JournalReport copy(Path data, Extent extent, Instant now) throws IOException {
        return make(directory -> {
            List<BackupManifest.StoredFile> files = new ArrayList<>();
            for (BesideFile file : BesideFile.list(data)) {
                CopiedFile copied =
                        CopiedFile.copy(data.resolve(file.name()), file.bytes(), directory.resolve(file.name()));
                files.add(new BackupManifest.StoredFile(file.name(), copied.bytes(), copied.sha256()));
            }
            for (Extent.Piece piece : extent.pieces()) {
                String name = DataDirectory.JOURNAL + "/" + piece.name();
                CopiedFile copied = CopiedFile.copy(data.resolve(name), piece.bytes(), directory.resolve(name));
                files.add(new BackupManifest.StoredFile(name, copied.bytes(), copied.sha256()));
            }
            CopiedFile checkpoints = CopiedFile.write(
                    new ByteArrayInputStream(new AuditFiles(data).checkpointsUpTo(extent.entries())),
                    directory.resolve(BackupManifest.CHECKPOINTS));
            files.add(new BackupManifest.StoredFile(
                    BackupManifest.CHECKPOINTS, checkpoints.bytes(), checkpoints.sha256()));
            byte[] manifest =
                    new BackupManifest(BackupManifest.FORMAT, now, extent.entries(), extent.head(), files).bytes();
            CopiedFile unused =
                    CopiedFile.write(new ByteArrayInputStream(manifest), directory.resolve(BackupManifest.NAME));
        });
    }

    /** Compares all of it with its manifest, and the journal in it with itself. */
    JournalReport check() throws IOException {
        return check(path);
    }

    /** How much it takes, in bytes. */
    long bytes() throws IOException {
        return BackupManifest.read(path).size();
    }

    /** Copies one of its parts to a directory that must not exist, each file as the manifest says. */
    void copy(String part, Path to) throws IOException {
        Files.createDirectory(to);
        for (BackupManifest.StoredFile file : BackupManifest.read(path).files()) {
            if (file.name().startsWith(part + "/")) {
                Path from = path.resolve(file.name());
                same(file, CopiedFile.copy(from, Long.MAX_VALUE, to.resolve(from.getFileName())), from);
            }
        }
        DirectorySync.force(to, ChannelOpener.REAL);
    }

    private JournalReport make(Filling filling) throws IOException {
        refuseUnlessEmpty();
        Path parent = path.getParent();
        if (parent == null) {
            throw new QueueUnavailableException(path + " cannot become a backup; name a directory below it");
        }
        Files.createDirectories(parent);
        Path unfinished = Files.createTempDirectory(parent, path.getFileName() + ".unfinished-");
        try {
            for (String part : PARTS) {
                Files.createDirectory(unfinished.resolve(part));
            }
            filling.fill(unfinished);
            JournalReport report = check(unfinished);
            for (String part : PARTS) {
                DirectorySync.force(unfinished.resolve(part), ChannelOpener.REAL);
            }
            DirectorySync.force(unfinished, ChannelOpener.REAL);
            Files.deleteIfExists(path);
            Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
            DirectorySync.force(parent, ChannelOpener.REAL);
            return report;
        } catch (IOException | RuntimeException e) {
            try {
                deleteTree(unfinished);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    private void refuseUnlessEmpty() throws IOException {
        if (Files.isDirectory(path)) {
            try (Stream<Path> files = Files.list(path)) {
                if (files.findAny().isEmpty()) {
                    return;
                }
            }
        }
        if (Files.exists(path)) {
            throw new QueueUnavailableException(
                    path + " exists and is no empty directory; name a new one for the backup");
        }
    }

    private static void unpack(InputStream archive, Path directory) throws IOException {
        ZipInputStream zip = new ZipInputStream(archive);
        boolean whole = false;
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            String name = entry.getName();
            if (!name.equals(BackupManifest.NAME) && !FILE.matcher(name).matches()) {
                throw new QueueUnavailableException("what was sent is no backup: it has a file \"" + name + "\"");
            }
            CopiedFile unused = CopiedFile.write(zip, directory.resolve(name));
            whole = whole || name.equals(BackupManifest.NAME);
        }
        if (!whole) {
            throw new QueueUnavailableException("the backup broke off before its end; nothing is left of it");
        }
        // The archive's own list of its files: a sender is done only once that is taken.
        long unused = archive.transferTo(OutputStream.nullOutputStream());
        dropUnnamed(directory);
    }

    /** Files beside the journal that were deleted while they were sent. */
    private static void dropUnnamed(Path directory) throws IOException {
        Set<String> named = BackupManifest.read(directory).files().stream()
                .map(BackupManifest.StoredFile::name)
                .collect(Collectors.toSet());
        for (BesideFile file : BesideFile.list(directory)) {
            if (!named.contains(file.name())) {
                Files.delete(directory.resolve(file.name()));
            }
        }
    }

    private static JournalReport check(Path backup) throws IOException {
        BackupManifest manifest = BackupManifest.read(backup);
        Path journal = backup.resolve(DataDirectory.JOURNAL);
        for (BackupManifest.StoredFile file : manifest.files()) {
            Path path = backup.resolve(file.name());
            if (!FILE.matcher(file.name()).matches() || !Files.isRegularFile(path)) {
                throw damaged(path + " is missing");
            }
            same(file, CopiedFile.of(path), path);
        }
        try (Stream<Path> files = Files.list(journal)) {
            long named = manifest.files().stream()
                    .filter(file -> file.name().startsWith(DataDirectory.JOURNAL))
                    .count();
            if (files.count() != named) {
                throw damaged(journal + " holds files that the manifest does not name");
            }
        }
        JournalReport report = JournalCheck.check(journal, IndexCheck.none()).report();
        boolean same = report.entries() == manifest.entries() && report.head().equals(manifest.head());
        if (!same || report.tornTail()) {
            throw damaged("its journal ends at entry " + report.entries() + ", and the manifest says "
                    + manifest.entries() + " with hash " + manifest.head());
        }
        return report;
    }

    private static void same(BackupManifest.StoredFile said, CopiedFile found, Path file) {
        if (said.bytes() != found.bytes() || !said.sha256().equals(found.sha256())) {
            throw damaged(file + " is not what the manifest says: " + found.bytes() + " bytes with SHA-256 "
                    + found.sha256() + " for " + said.bytes() + " with " + said.sha256());
        }
    }

    private static QueueUnavailableException damaged(String how) {
        return new QueueUnavailableException("the backup is damaged: " + how + "; use another backup");
    }

    static void deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> files = Files.walk(directory)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            Files.delete(file);
        }
    }
}
