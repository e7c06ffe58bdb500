package io.npuq.worker.llm;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was opened so far, last first, unless all went well. */
final class CloseOnFailure implements AutoCloseable {
    private final Deque<Runnable> opened = new ArrayDeque<>();

    void add(Runnable close) {
        opened.push(close);
    }

    /** All went well: nothing is closed. */
    void keep() {
        opened.clear();
    }

    @Override
    public void close() {
        opened.forEach(Runnable::run);
    }
}
