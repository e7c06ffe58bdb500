package io.npuq.scheduler.embedded;

import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.audit.CheckpointTimer;
import io.npuq.scheduler.common.Admission;
import io.npuq.scheduler.common.Feed;
import io.npuq.scheduler.common.Lanes;
import io.npuq.scheduler.common.Pace;
import io.npuq.scheduler.index.IndexFile;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.Journal;
import io.npuq.scheduler.journal.StoredTexts;
import java.io.IOException;

/**
 * The parts of an open queue.
 *
 * @param stores what is on disk
 * @param files jobs on disk
 * @param admission who may come in
 * @param intake how jobs come in; for the writer
 * @param attempts how they are handed out and come back; for the writer
 * @param ahead what the main lane holds
 * @param lanes what is known of the lanes
 * @param modes pause and drain; for the writer
 * @param upkeep what time brings; for the writer
 * @param pace how fast they go
 * @param feed who watches
 * @param clock the queue's time
 * @param readers threads that read
 * @param writer the thread that writes
 * @param checkpoints of the journal, signed from time to time
 * @param rebuiltIndex whether the index had to be built again
 */
record Opened(
        Stores stores,
        JobFiles files,
        Admission admission,
        Intake intake,
        Attempts attempts,
        Ahead ahead,
        Lanes<JobRow> lanes,
        Modes modes,
        Upkeep upkeep,
        Pace pace,
        Feed feed,
        SteadyClock clock,
        Readers readers,
        Writer writer,
        CheckpointTimer checkpoints,
        boolean rebuiltIndex) {
    /**
     * What is on disk.
     *
     * @param directory held by this process
     * @param journal written by the writer alone
     * @param texts read by anyone
     * @param index over the journal
     */
    record Stores(DataDirectory directory, Journal journal, StoredTexts texts, IndexFile index) {}

    /** Closes all of them, the writer first. Closing twice is harmless, and so is closing after the writer has given up. */
    void close() {
        try {
            if (!writer.close()) {
                return;
            }
            readers.close();
            if (writer.gaveUp()) {
                checkpoints.stop();
            } else {
                checkpoints.close();
            }
            // Before the index is closed: once that is trusted, nobody erases again what a start would.
            boolean unused = stores.texts().eraseHeld(Integer.MAX_VALUE);
            if (writer.gaveUp()) {
                // It may be ahead of the journal, and must not be trusted at the next start.
                stores.index().abandon();
            } else {
                stores.index().close();
            }
            stores.journal().close();
            stores.texts().close();
            stores.directory().close();
        } catch (IOException e) {
            throw new QueueUnavailableException(
                    "the queue's files could not be closed in order; nothing acknowledged is lost", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueueUnavailableException("closing the queue was interrupted; nothing acknowledged is lost", e);
        }
    }
}
