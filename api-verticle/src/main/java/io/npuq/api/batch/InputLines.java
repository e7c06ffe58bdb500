package io.npuq.api.batch;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/** Where the lines of a file are, without what they say. Blank ones are passed over. Blocks. */
final class InputLines implements Closeable {
    private static final int PIECE_BYTES = 256 << 10;
    private static final int LINES_AT_FIRST = 1_024;

    private final FileChannel channel;
    private long[] from = new long[LINES_AT_FIRST];
    private int[] bytes = new int[LINES_AT_FIRST];
    private int[] number = new int[LINES_AT_FIRST];
    private int count;

    private InputLines(FileChannel channel) {
        this.channel = channel;
    }

    /** The lines of this file; one more than {@link BatchLimits#LINES_MAX} where it has too many, and no further ones. */
    static InputLines open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file);
        InputLines lines = new InputLines(channel);
        try {
            lines.scan();
            return lines;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void scan() throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        long at = 0;
        long begun = 0;
        int line = 1;
        boolean blank = true;
        while (count <= BatchLimits.LINES_MAX && channel.read(piece.clear(), at) > 0) {
            for (int i = 0; i < piece.position() && count <= BatchLimits.LINES_MAX; i++, at++) {
                byte b = piece.get(i);
                if (b == '\n') {
                    add(blank, begun, at, line);
                    line++;
                    begun = at + 1;
                    blank = true;
                } else if (b != ' ' && b != '\t' && b != '\r') {
                    blank = false;
                }
            }
        }
        add(blank, begun, at, line);
    }

    private void add(boolean blank, long begins, long ends, int line) {
        if (blank || count > BatchLimits.LINES_MAX) {
            return;
        }
        if (count == from.length) {
            from = Arrays.copyOf(from, 2 * count);
            bytes = Arrays.copyOf(bytes, 2 * count);
            number = Arrays.copyOf(number, 2 * count);
        }
        from[count] = begins;
        bytes[count] = (int) (ends - begins);
        number[count] = line;
        count++;
    }

    /** How many there are. */
    int count() {
        return count;
    }

    /** The number of a line in its file, from 1, blank ones counted. */
    int number(int line) {
        return number[line];
    }

    /** How long a line is. */
    int bytes(int line) {
        return bytes[line];
    }

    /** What a line says, without its end. */
    byte[] read(int line) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(bytes[line]);
        while (read.hasRemaining()) {
            if (channel.read(read, from[line] + read.position()) < 0) {
                throw new EOFException("a file of a batch is shorter than it was");
            }
        }
        return read.array();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
