package io.npuq.scheduler.embedded;

import io.npuq.scheduler.audit.AuditFiles;
import io.npuq.scheduler.journal.Extent;
import io.npuq.schema.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A journal, and what lies beside it, as a zip archive, made piece by piece: files up to the lengths they had at one moment, then the
 * checkpoints of the journal's entries, then the manifest. No file stays open between two pieces, so that whoever stops asking leaves nothing behind.
 */
final class BackupArchive {
    /** What one piece takes of a file: enough to be quick, little enough for other readers not to wait. */
    private static final int PIECE_BYTES = 256 << 10;

    private final Path data;
    private final Extent extent;
    private final Instant takenAt;
    private final Deque<BesideFile> beside;
    private final Deque<Extent.Piece> rest;
    private final List<BackupManifest.StoredFile> done = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(out);
    private final MessageDigest digest = Sha256.digest();
    private long offset;
    private boolean finished;

    BackupArchive(Path data, List<BesideFile> beside, Extent extent, Instant takenAt) {
        this.data = data;
        this.beside = new ArrayDeque<>(beside);
        this.extent = extent;
        this.takenAt = takenAt;
        this.rest = new ArrayDeque<>(extent.pieces());
        // Speed over size: the archive goes to this very machine, and the queue needs the processor.
        zip.setLevel(Deflater.NO_COMPRESSION);
    }

    /** The next piece; empty behind the last. One caller at a time. */
    synchronized Optional<byte[]> next() throws IOException {
        if (finished) {
            return Optional.empty();
        }
        if (!beside.isEmpty()) {
            copySome(beside.element());
        } else if (!rest.isEmpty()) {
            Extent.Piece file = rest.element();
            copySome(DataDirectory.JOURNAL + "/" + file.name(), file.bytes(), rest);
        } else {
            finish();
        }
        byte[] piece = out.toByteArray();
        out.reset();
        return Optional.of(piece);
    }

    /** What was deleted meanwhile is not in the manifest, whatever the archive has of it by then. */
    private void copySome(BesideFile file) throws IOException {
        try {
            if (file.record().isPresent()) {
                whole(file.name(), file.record().get());
                beside.remove();
            } else {
                copySome(file.name(), file.bytes(), beside);
            }
        } catch (NoSuchFileException | EOFException e) {
            zip.closeEntry();
            digest.reset();
            offset = 0;
            beside.remove();
        }
    }

    private void copySome(String name, long length, Deque<?> files) throws IOException {
        if (offset == 0) {
            zip.putNextEntry(new ZipEntry(name));
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, length - offset));
        read(data.resolve(name), bytes);
        digest.update(bytes.array());
        zip.write(bytes.array());
        offset += bytes.capacity();
        if (offset == length) {
            zip.closeEntry();
            done.add(new BackupManifest.StoredFile(name, offset, Sha256.hex(digest)));
            offset = 0;
            files.remove();
        }
    }

    private void whole(String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
        zip.closeEntry();
        done.add(new BackupManifest.StoredFile(name, bytes.length, Sha256.hex(bytes)));
    }

    private void read(Path file, ByteBuffer into) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            while (into.hasRemaining()) {
                if (channel.read(into, offset + into.position()) < 0) {
                    throw new EOFException(file + " is shorter than it was when the backup began");
                }
            }
        }
    }

    private void finish() throws IOException {
        whole(BackupManifest.CHECKPOINTS, new AuditFiles(data).checkpointsUpTo(extent.entries()));
        zip.putNextEntry(new ZipEntry(BackupManifest.NAME));
        zip.write(new BackupManifest(BackupManifest.FORMAT, takenAt, extent.entries(), extent.head(), done).bytes());
        zip.closeEntry();
        zip.finish();
        finished = true;
    }
}
