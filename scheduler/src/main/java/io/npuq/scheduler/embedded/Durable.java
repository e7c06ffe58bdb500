package io.npuq.scheduler.embedded;

import io.npuq.scheduler.QueueClosedException;

/**
 * How far the journal is on disk. The index runs ahead of it by the batches under way: whoever read there waits here, so that
 * nobody is told of what a crash could still undo.
 */
final class Durable {
    private long seq;
    private boolean ended;

    /** Up to this entry all is on disk. */
    synchronized void advance(long to) {
        seq = to;
        notifyAll();
    }

    /** Whether that entry is on disk. */
    synchronized boolean isOnDisk(long entry) {
        return seq >= entry;
    }

    /** Nothing more will be written. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** Waits until the entry is on disk: two syncs at most. */
    synchronized void await(long entry) {
        while (seq < entry) {
            if (ended) {
                throw new QueueClosedException();
            }
            try {
                wait();
            } catch (InterruptedException e) {
                // The queue's own threads wait here, which nobody interrupts.
                throw new IllegalStateException("a reader of the queue was interrupted", e);
            }
        }
    }
}
