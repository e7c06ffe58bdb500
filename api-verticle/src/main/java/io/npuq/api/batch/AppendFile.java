package io.npuq.api.batch;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Predicate;

/** A file of lines that only grows. What a crash left of a last line is cut off when it is opened. Blocks. */
final class AppendFile implements Closeable {
    private static final int PIECE_BYTES = 64 << 10;

    private final FileChannel channel;
    private long length;
    private boolean dirty;

    private AppendFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Opens the file, which is made where it is missing, and reads it.
     *
     * @param taker told each line without its end; the file is cut before the first one that it does not take
     */
    static AppendFile open(Path file, Predicate<byte[]> taker) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        AppendFile opened = new AppendFile(channel);
        try {
            opened.read(taker);
            channel.truncate(opened.length);
            return opened;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void read(Predicate<byte[]> taker) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        ByteArrayOutputStream begun = new ByteArrayOutputStream();
        long at = 0;
        while (channel.read(piece.clear(), at) > 0) {
            int from = 0;
            for (int i = 0; i < piece.position(); i++) {
                if (piece.get(i) == '\n') {
                    begun.write(piece.array(), from, i - from);
                    if (!taker.test(begun.toByteArray())) {
                        return;
                    }
                    begun.reset();
                    from = i + 1;
                    length = at + from;
                }
            }
            begun.write(piece.array(), from, piece.position() - from);
            at += piece.position();
        }
    }

    /** Adds a line; where that fails, the file is as it was. */
    void append(byte[] line) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(line.length + 1).put(line).put((byte) '\n').flip();
        long end = length + bytes.remaining();
        try {
            channel.position(length);
            SafeFiles.writeAll(channel, bytes);
        } catch (IOException e) {
            channel.truncate(length);
            throw e;
        }
        length = end;
        dirty = true;
    }

    long length() {
        return length;
    }

    /** Puts what was added on disk. */
    void force() throws IOException {
        if (dirty) {
            channel.force(false);
            dirty = false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
