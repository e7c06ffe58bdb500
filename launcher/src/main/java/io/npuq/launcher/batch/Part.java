package io.npuq.launcher.batch;

/**
 * A piece of a text, as it goes into one job.
 *
 * @param at where it begins in the whole text, in characters (code points)
 * @param chars how long it is, in characters
 */
record Part(int at, int chars, String text) {
    static Part of(int at, String text) {
        return new Part(at, text.codePointCount(0, text.length()), text);
    }
}
