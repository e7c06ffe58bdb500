package io.npuq.api.batch;

import io.npuq.api.http.Download;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.vertx.core.Vertx;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The bytes of a file, piece by piece. No file stays open between two pieces. */
final class FileSource implements Download.Source {
    private static final int PIECE_BYTES = 256 << 10;

    private final Vertx vertx;
    private final Batches batches;
    private final StoredFile file;
    private long at;

    FileSource(Vertx vertx, Batches batches, StoredFile file) {
        this.vertx = vertx;
        this.batches = batches;
        this.file = file;
    }

    @Override
    public CompletionStage<Optional<byte[]>> next() {
        return vertx.executeBlocking(this::read, false).toCompletionStage();
    }

    private Optional<byte[]> read() throws IOException {
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, file.bytes() - at));
        if (piece.capacity() == 0) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(batches.files().files().data(file.id()))) {
            while (piece.hasRemaining()) {
                if (channel.read(piece, at + piece.position()) < 0) {
                    throw new EOFException("the file " + file.id() + " is shorter than it was");
                }
            }
        } catch (NoSuchFileException e) {
            throw gone();
        }
        // It is taken off the shelf before its bytes are overwritten: what was read while it stood there is what it
        // says.
        if (batches.files().files().shelf().find(file.id()).isEmpty()) {
            throw gone();
        }
        at += piece.capacity();
        return Optional.of(piece.array());
    }

    private static ProblemException gone() {
        return new ProblemException(Problem.of(404, "file_not_found", "the file was deleted meanwhile", "id"));
    }

    @Override
    public void close() {}
}
