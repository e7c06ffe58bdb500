package io.npuq.scheduler;

import io.npuq.schema.JobState;
import java.util.Map;

/**
 * What a journal that is whole holds.
 *
 * @param segments how many segments it has
 * @param entries how many entries
 * @param head hash of the last entry, hexadecimal
 * @param bytes length of all its files, as far as they belong to it
 * @param jobs jobs in each state
 * @param texts inputs and answers
 * @param tornTail whether bytes of an unfinished write, which nobody was told of, follow the last entry; the next start cuts them off
 * @param index what the index beside it is worth
 */
public record JournalReport(
        long segments,
        long entries,
        String head,
        long bytes,
        Map<JobState, Long> jobs,
        Texts texts,
        boolean tornTail,
        Index index) {
    /**
     * Inputs and answers.
     *
     * @param live still there, and as they were written
     * @param erased gone
     * @param due of jobs that have ended, and not gone yet: the next start erases them
     */
    public record Texts(long live, long erased, long due) {}

    /** What an index is worth. */
    public enum Index {
        /** It was closed in order, and says what the journal says. */
        FITS,
        /** It was not closed in order, or is of another version: the next start builds it again. */
        NOT_TRUSTED,
        /** There is none: the next start builds it. */
        NONE
    }
}
