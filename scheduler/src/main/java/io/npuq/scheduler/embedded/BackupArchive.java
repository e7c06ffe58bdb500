package io.npuq.scheduler.embedded;

import io.npuq.scheduler.audit.AuditFiles;
import io.npuq.scheduler.journal.Extent;
import io.npuq.scheduler.journal.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A journal as a zip archive, made piece by piece: its files up to the lengths they had at one moment, then the checkpoints of its entries, then
 * the manifest. No file stays open between two pieces, so that whoever stops asking leaves nothing behind.
 */
final class BackupArchive {
    /** What one piece takes of a file: enough to be quick, little enough for other readers not to wait. */
    private static final int PIECE_BYTES = 256 << 10;

    private final Path data;
    private final Extent extent;
    private final Instant takenAt;
    private final Deque<Extent.Piece> rest;
    private final List<BackupManifest.StoredFile> done = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(out);
    private MessageDigest digest = Sha256.digest();
    private long offset;
    private boolean finished;

    BackupArchive(Path data, Extent extent, Instant takenAt) {
        this.data = data;
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
        Extent.Piece file = rest.peek();
        if (file == null) {
            finish();
        } else {
            copySome(file);
        }
        byte[] piece = out.toByteArray();
        out.reset();
        return Optional.of(piece);
    }

    private void copySome(Extent.Piece file) throws IOException {
        String name = DataDirectory.JOURNAL + "/" + file.name();
        if (offset == 0) {
            zip.putNextEntry(new ZipEntry(name));
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, file.bytes() - offset));
        read(data.resolve(name), bytes);
        digest.update(bytes.array());
        zip.write(bytes.array());
        offset += bytes.capacity();
        if (offset == file.bytes()) {
            zip.closeEntry();
            done.add(new BackupManifest.StoredFile(name, offset, HexFormat.of().formatHex(digest.digest())));
            digest = Sha256.digest();
            offset = 0;
            rest.remove();
        }
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
        byte[] checkpoints = new AuditFiles(data).checkpointsUpTo(extent.entries());
        zip.putNextEntry(new ZipEntry(BackupManifest.CHECKPOINTS));
        zip.write(checkpoints);
        zip.closeEntry();
        done.add(new BackupManifest.StoredFile(
                BackupManifest.CHECKPOINTS, checkpoints.length, HexFormat.of().formatHex(digest.digest(checkpoints))));
        zip.putNextEntry(new ZipEntry(BackupManifest.NAME));
        zip.write(new BackupManifest(BackupManifest.FORMAT, takenAt, extent.entries(), extent.head(), done).bytes());
        zip.closeEntry();
        zip.finish();
        finished = true;
    }
}
