package io.npuq.api.batch;

/**
 * How far a batch is.
 *
 * @param total its lines
 * @param completed those with an answer
 * @param failed those with an error
 * @param inputTokens tokens of the prompts that were answered
 * @param outputTokens tokens of the answers
 */
record BatchCounts(int total, int completed, int failed, long inputTokens, long outputTokens) {
    static final BatchCounts NONE = new BatchCounts(0, 0, 0, 0, 0);

    boolean isWhole() {
        return completed + failed == total;
    }

    BatchCounts of(int lines) {
        return new BatchCounts(lines, completed, failed, inputTokens, outputTokens);
    }

    BatchCounts completed(long input, long output) {
        return new BatchCounts(total, completed + 1, failed, inputTokens + input, outputTokens + output);
    }

    BatchCounts oneFailed() {
        return new BatchCounts(total, completed, failed + 1, inputTokens, outputTokens);
    }
}
