package io.npuq.scheduler.audit;

import io.npuq.scheduler.LogSource;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.RequestLog;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes a request log's entries, their own bytes, one a line, whether a server runs on it or not. The checkpoints of what was written go to
 * a file of their own.
 */
public final class LogExport {
    private static final int BUFFER_BYTES = 1 << 16;

    private final LogSource log;
    private final Notes notes;
    private final LogFilter filter;

    /** Gives the notes of a log. */
    @FunctionalInterface
    public interface Notes {
        /** All of them, an empty line behind each. */
        byte[] bytes() throws IOException;
    }

    /** An export of the log in that data directory. */
    public LogExport(Path data, LogFilter filter) {
        this(RequestLog.of(data), () -> new AuditFiles(data).checkpointsUpTo(Long.MAX_VALUE), filter);
    }

    /** An export of that log, whose notes are these. */
    public LogExport(LogSource log, Notes notes, LogFilter filter) {
        this.log = log;
        this.notes = notes;
        this.filter = filter;
    }

    /**
     * What was written.
     *
     * @param entries how many entries
     * @param of how many there are
     */
    public record Exported(long entries, long of) {}

    /** Writes to the stream, without checkpoints. */
    public Exported to(OutputStream out) throws IOException {
        long[] written = {0};
        long last = log.read(line -> {
            if (filter.wants(line)) {
                out.write(line.bytes());
                out.write('\n');
                written[0]++;
            }
        });
        out.flush();
        return new Exported(written[0], last);
    }

    /**
     * Writes to a new file, and the checkpoints to another beside it. When it breaks off, neither is left.
     *
     * @throws QueueUnavailableException when one of them exists, or cannot be written
     */
    public Exported to(Path file) {
        Path checkpoints = file.resolveSibling(file.getFileName() + LogAudit.CHECKPOINTS_SUFFIX);
        mustNotExist(file);
        mustNotExist(checkpoints);
        try (OutputStream beside = create(checkpoints);
                OutputStream out = create(file)) {
            // First: what they speak of is in the log by now.
            beside.write(notes.bytes());
            return to(out);
        } catch (IOException | RuntimeException e) {
            delete(file, e);
            delete(checkpoints, e);
            throw e instanceof RuntimeException failure
                    ? failure
                    : new QueueUnavailableException(
                            "the export to " + file + " broke off: "
                                    + e.getClass().getSimpleName() + " " + e.getMessage() + "; nothing is left of it",
                            e);
        }
    }

    private static void mustNotExist(Path file) {
        if (Files.exists(file)) {
            throw new QueueUnavailableException(file + " exists; name another file with --out");
        }
    }

    private static OutputStream create(Path file) throws IOException {
        return new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), BUFFER_BYTES);
    }

    private static void delete(Path file, Exception because) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }
}
