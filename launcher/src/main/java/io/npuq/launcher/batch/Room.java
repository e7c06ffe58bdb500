package io.npuq.launcher.batch;

import java.util.concurrent.Semaphore;

/** Bounds how many documents are worked on at once, and how much memory they take together. */
final class Room {
    /** With {@link Summary#PARTS_AHEAD}, at most 64 jobs are at the server. */
    static final int DOCUMENTS = 8;

    /** Bytes of documents that are open; in memory each is up to three times as much while it is read. */
    private static final int BYTES = 2 * DocumentText.BYTES_MAX;

    private final Semaphore documents = new Semaphore(DOCUMENTS);
    private final Semaphore bytes = new Semaphore(BYTES);

    /** Waits until there is room for that document. */
    void enter(Source source) throws InterruptedException {
        documents.acquire();
        bytes.acquire(size(source));
    }

    void leave(Source source) {
        bytes.release(size(source));
        documents.release();
    }

    private static int size(Source source) {
        return (int) Math.min(source.bytes(), DocumentText.BYTES_MAX);
    }
}
