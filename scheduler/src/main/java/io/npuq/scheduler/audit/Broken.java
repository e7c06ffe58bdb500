package io.npuq.scheduler.audit;

/**
 * What is not as it was written.
 *
 * @param entry number of the first entry that it can be; 0 when no entry is meant, but the checkpoints themselves
 * @param last number of the last entry that the first broken one can be; the same where that is known
 * @param message what is wrong, where, and how that shows
 */
public record Broken(long entry, long last, String message) {
    static Broken at(long entry, Object where, String what) {
        return new Broken(entry, entry, "entry " + entry + " (" + where + ") " + what);
    }

    static Broken checkpoints(String message) {
        return new Broken(0, 0, message);
    }
}
