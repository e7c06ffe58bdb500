package io.npuq.api;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The lines of the request log, as they come. */
final class RequestLog extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger("io.npuq.api.requests");
    private final List<String> lines = new ArrayList<>();

    RequestLog() {
        logger.addHandler(this);
    }

    /** Waits for a line that has this in it. */
    synchronized void await(String piece) {
        while (lines.stream().noneMatch(line -> line.contains(piece))) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public synchronized void publish(LogRecord line) {
        lines.add(String.valueOf(line.getMessage()));
        notifyAll();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
