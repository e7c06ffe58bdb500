package io.npuq.scheduler.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.audit.AuditFiles;
import io.npuq.schema.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What a backup says of itself.
 *
 * @param format of the backup
 * @param takenAt when it was begun
 * @param entries number of the journal's last entry
 * @param head hash of that entry, hexadecimal
 * @param files all other files of the backup, in order
 */
record BackupManifest(int format, Instant takenAt, long entries, String head, List<StoredFile> files) {
    /** The format that this version writes; it reads those before too: 1 had no checkpoints of the request log, 2 no files and batches. */
    static final int FORMAT = 3;

    /** Its file in the backup, the last one of an archive. */
    static final String NAME = "manifest.json";

    /** The file of checkpoints of the request log, in the backup as in a data directory. */
    static final String CHECKPOINTS = AuditFiles.DIRECTORY + "/" + AuditFiles.CHECKPOINTS;

    /**
     * A file of the backup.
     *
     * @param name its path in the backup
     * @param bytes its length
     * @param sha256 of its bytes, hexadecimal
     */
    record StoredFile(String name, long bytes, String sha256) {}

    /** A copy that nobody changes. */
    BackupManifest {
        files = List.copyOf(files);
    }

    /** The manifest of the backup in that directory. */
    static BackupManifest read(Path backup) throws IOException {
        try {
            BackupManifest manifest =
                    Json.MAPPER.readValue(Files.readAllBytes(backup.resolve(NAME)), BackupManifest.class);
            if (manifest.format() < 1 || manifest.format() > FORMAT) {
                throw new QueueUnavailableException("the backup " + backup + " has format " + manifest.format()
                        + ", and this version of npuq reads 1 to " + FORMAT + "; use the version that wrote it");
            }
            return manifest;
        } catch (NoSuchFileException e) {
            throw new QueueUnavailableException(backup + " is no backup: it has no " + NAME, e);
        } catch (JsonProcessingException e) {
            throw new QueueUnavailableException(
                    "the backup " + backup + " is damaged: its " + NAME + " cannot be read; use another backup", e);
        }
    }

    /** How much all files take. */
    long size() {
        return files.stream().mapToLong(StoredFile::bytes).sum();
    }

    byte[] bytes() {
        try {
            return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every manifest has a JSON form", e);
        }
    }
}
