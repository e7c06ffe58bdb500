package io.npuq.scheduler.embedded;

import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.index.IndexDatabase;
import io.npuq.scheduler.index.JobIndex;
import io.npuq.scheduler.journal.Journal;
import io.npuq.scheduler.journal.StoredTexts;
import java.io.IOException;

/**
 * The parts of an open queue.
 *
 * @param directory held by this process
 * @param journal written by the writer alone
 * @param texts read by anyone
 * @param database the index's file
 * @param index its writer's side
 * @param files jobs on disk
 * @param admission who may come in
 * @param totals counts, rate and watchers
 * @param clock the queue's time
 * @param readers threads that read
 * @param writer the thread that writes
 * @param rebuiltIndex whether the index had to be built again
 */
record Opened(
        DataDirectory directory,
        Journal journal,
        StoredTexts texts,
        IndexDatabase database,
        JobIndex index,
        JobFiles files,
        Admission admission,
        Totals totals,
        SteadyClock clock,
        Readers readers,
        Writer writer,
        boolean rebuiltIndex) {
    /** Closes all of them, the writer first. Closing twice is harmless. */
    void close() {
        try {
            if (!writer.close()) {
                return;
            }
            readers.close();
            index.close();
            database.close();
            directory.index().close();
            journal.close();
            texts.close();
            directory.close();
        } catch (IOException e) {
            throw new QueueUnavailableException(
                    "the queue's files could not be closed in order; nothing acknowledged is lost", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueueUnavailableException("closing the queue was interrupted; nothing acknowledged is lost", e);
        }
    }
}
