package io.npuq.worker.llm;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was opened so far, last first, unless all went well. */
public final class CloseOnFailure implements AutoCloseable {
    private final Deque<Runnable> opened = new ArrayDeque<>();

    /** Something was opened; this closes it. */
    public void add(Runnable close) {
        opened.push(close);
    }

    /** All went well: nothing is closed. */
    public void keep() {
        opened.clear();
    }

    @Override
    public void close() {
        opened.forEach(Runnable::run);
    }
}
