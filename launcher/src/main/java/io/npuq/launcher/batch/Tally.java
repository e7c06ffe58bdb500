package io.npuq.launcher.batch;

/**
 * How far a batch is.
 *
 * @param succeeded documents that were answered in this run
 * @param failed documents that failed in this run
 * @param before documents whose answers were there before this run
 * @param skipped files that turned out to be no texts
 */
public record Tally(long succeeded, long failed, long before, long skipped) {
    static final Tally NONE = new Tally(0, 0, 0, 0);

    /** All that is over, one way or another. */
    public long over() {
        return succeeded + failed + before + skipped;
    }

    /** Documents on which this run worked. */
    public long worked() {
        return succeeded + failed;
    }

    Tally plusSucceeded() {
        return new Tally(succeeded + 1, failed, before, skipped);
    }

    Tally plusFailed() {
        return new Tally(succeeded, failed + 1, before, skipped);
    }

    Tally plusBefore() {
        return new Tally(succeeded, failed, before + 1, skipped);
    }

    Tally plusSkipped() {
        return new Tally(succeeded, failed, before, skipped + 1);
    }
}
