package io.npuq.launcher.batch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The form of a result. It always is lines of JSON at first; the other forms are made of these when a run ends. */
public enum Format {
    /** A JSON object a document. */
    JSONL,
    /** For people. */
    MD,
    /** For spreadsheets. */
    CSV;

    /** Where the lines of JSON are, when the result is to be there. */
    Path lines(Path out) {
        return this == JSONL ? out : out.resolveSibling(out.getFileName() + ".jsonl");
    }

    /** Makes the result of the lines, whole or not at all. */
    void render(Path lines, Path out) throws IOException {
        if (this == JSONL) {
            return;
        }
        Path unfinished = out.resolveSibling(out.getFileName() + ".unfinished");
        try (BufferedReader in = Files.newBufferedReader(lines);
                Writer to = Files.newBufferedWriter(unfinished)) {
            Rendering rendering = this == MD ? new MarkdownRendering(to) : new CsvRendering(to);
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                rendering.add(ResultLine.parse(line).orElseThrow());
            }
        }
        try (FileChannel written = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            written.force(true);
        }
        Files.move(unfinished, out, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Takes the lines one after the other. */
    interface Rendering {
        void add(ResultLine line) throws IOException;
    }
}
