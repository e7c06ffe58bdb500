package io.npuq.worker.setup;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** {@code logs/setup.log}: what the children of the last set-up said. */
final class SetupLog implements AutoCloseable {
    private static final int REMEMBERED_LINES_MAX = 200;

    private final Path file;
    private final BufferedWriter writer;
    private final Deque<String> recent = new ArrayDeque<>();

    SetupLog(Path file) throws IOException {
        this.file = file;
        this.writer = Files.newBufferedWriter(file);
    }

    Path file() {
        return file;
    }

    /** Starts the part of a new child. */
    void begin(List<String> command) {
        recent.clear();
        write("$ " + String.join(" ", command));
    }

    void line(String line) {
        if (recent.size() == REMEMBERED_LINES_MAX) {
            recent.removeFirst();
        }
        recent.addLast(line);
        write(line);
    }

    /** The last lines of the last child. */
    List<String> recent() {
        return List.copyOf(recent);
    }

    private void write(String line) {
        try {
            writer.write(line);
            writer.newLine();
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}
