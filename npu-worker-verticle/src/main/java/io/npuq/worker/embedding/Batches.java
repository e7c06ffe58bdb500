package io.npuq.worker.embedding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which texts go through the model together: the padding that makes short ones as long as the longest is computed too, so texts of like
 * length do.
 */
final class Batches {
    /** Most tokens of one inference, padding included: it bounds the memory that an inference takes. */
    static final int TOKENS_MAX = 4_096;

    /** Padding that costs as much as another inference does, about. */
    private static final int PADDING_MAX = 256;

    private Batches() {}

    /** Batches of indexes into the texts, shortest texts first; texts without a token are in none. */
    static List<int[]> of(List<TokenizedText> texts) {
        int[] order = IntStream.range(0, texts.size())
                .filter(i -> texts.get(i).tokens() > 0)
                .boxed()
                .sorted(Comparator.comparingInt(i -> texts.get(i).tokens()))
                .mapToInt(Integer::intValue)
                .toArray();
        List<int[]> batches = new ArrayList<>();
        int from = 0;
        int tokens = 0;
        for (int i = 0; i < order.length; i++) {
            int width = texts.get(order[i]).tokens();
            if (i > from && isWorthANewOne(width, i - from, tokens)) {
                batches.add(Arrays.copyOfRange(order, from, i));
                from = i;
                tokens = 0;
            }
            tokens += width;
        }
        if (from < order.length) {
            batches.add(Arrays.copyOfRange(order, from, order.length));
        }
        return batches;
    }

    /**
     * Whether the next text, at least as long as all before, had better begin a batch of its own.
     *
     * @param texts of the batch so far
     * @param tokens of the batch so far, without padding
     */
    private static boolean isWorthANewOne(int width, int texts, int tokens) {
        int padding = width * texts - tokens;
        return padding > PADDING_MAX || width * (texts + 1) > TOKENS_MAX;
    }
}
