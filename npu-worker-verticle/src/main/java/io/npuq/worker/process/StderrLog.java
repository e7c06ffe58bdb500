package io.npuq.worker.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drains a child's standard error, so that it never blocks there, into the log: a bounded number of bounded lines. */
final class StderrLog implements Runnable {
    /** Most bytes of one line that are logged. */
    static final int LINE_BYTES_MAX = 400;

    /** Most lines of one child that are logged. */
    static final int LINES_MAX = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(StderrLog.class);

    private final InputStream stderr;
    private final long pid;
    private final byte[] line = new byte[LINE_BYTES_MAX];
    private int lineBytes;
    private int lines;

    StderrLog(InputStream stderr, long pid) {
        this.stderr = stderr;
        this.pid = pid;
    }

    @Override
    public void run() {
        byte[] chunk = new byte[4096];
        try {
            for (int n = stderr.read(chunk); n >= 0; n = stderr.read(chunk)) {
                take(chunk, n);
            }
            endLine();
        } catch (IOException e) {
            LOG.debug("engine {}: its standard error was closed: {}", pid, e.getMessage());
        }
    }

    private void take(byte[] chunk, int n) {
        for (int i = 0; i < n; i++) {
            if (chunk[i] == '\n') {
                endLine();
            } else if (lineBytes < LINE_BYTES_MAX) {
                line[lineBytes++] = chunk[i];
            }
        }
    }

    private void endLine() {
        if (lineBytes > 0 && lines < LINES_MAX) {
            lines++;
            LOG.debug("engine {}: {}", pid, new String(line, 0, lineBytes, StandardCharsets.UTF_8).stripTrailing());
            if (lines == LINES_MAX) {
                LOG.debug("engine {}: it said {} lines; no more of them are logged", pid, LINES_MAX);
            }
        }
        lineBytes = 0;
    }
}
