package io.npuq.worker.embedding;

/** A text as the model reads it. */
final class TokenizedText {
    private final int[] ids;
    private final boolean truncated;

    /**
     * Takes the array over.
     *
     * @param ids its tokens, special ones included
     * @param truncated whether there were more
     */
    TokenizedText(int[] ids, boolean truncated) {
        this.ids = ids;
        this.truncated = truncated;
    }

    int tokens() {
        return ids.length;
    }

    int token(int index) {
        return ids[index];
    }

    boolean isTruncated() {
        return truncated;
    }
}
