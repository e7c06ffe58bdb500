package io.npuq.scheduler.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The lines of an export. */
final class ExportLines {
    private static final int PIECE_BYTES = 1 << 16;

    /** More than an entry may have: whatever stands there is none, and the rest of it need not be kept. */
    private static final int LINE_BYTES_MAX = 1 << 17;

    private ExportLines() {}

    interface Taker {
        /** Takes a line without its end; answers whether to go on. */
        boolean take(byte[] line, long number);
    }

    static void read(Path file, Taker taker) throws IOException {
        byte[] piece = new byte[PIECE_BYTES];
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long number = 1;
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                int begin = 0;
                for (int at = 0; at < read; at++) {
                    if (piece[at] == '\n') {
                        add(line, piece, begin, at);
                        if (!taker.take(line.toByteArray(), number++)) {
                            return;
                        }
                        line.reset();
                        begin = at + 1;
                    }
                }
                add(line, piece, begin, read);
            }
        }
        if (line.size() > 0) {
            taker.take(line.toByteArray(), number);
        }
    }

    private static void add(ByteArrayOutputStream line, byte[] piece, int from, int to) {
        line.write(piece, from, Math.min(to - from, Math.max(0, LINE_BYTES_MAX - line.size())));
    }
}
