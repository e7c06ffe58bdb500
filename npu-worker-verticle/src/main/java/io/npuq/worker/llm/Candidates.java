package io.npuq.worker.llm;

import io.npuq.schema.Sampling;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.random.RandomGenerator;

/** The tokens that one draw may take, with their weights. Its arrays are kept from draw to draw. */
final class Candidates {
    /** A weight below e^-40 of the greatest cannot be told from zero in the sum. */
    private static final float LOGIT_RANGE = 40;

    private float[] weights = new float[0];
    /** Weight in the upper half, token inverted in the lower: sorted, the last is the likeliest, the lower id first among equals. */
    private long[] keys = new long[0];

    private int count;
    private double total;

    /** Weighs the vocabulary by temperature, then keeps what top-k and top-p leave. */
    void collect(float[] logits, Sampling sampling) {
        weigh(logits, (float) sampling.temperature());
        count = 0;
        if (sampling.topK() > 0 && sampling.topK() < logits.length) {
            keepLikeliest(sampling.topK());
        } else {
            keepAbove(sampling.topP() < 1 ? total * (1 - sampling.topP()) / logits.length : 0);
        }
        sum();
        if (sampling.topP() < 1) {
            keepNucleus(sampling.topP());
        }
    }

    private void weigh(float[] logits, float temperature) {
        if (weights.length != logits.length) {
            weights = new float[logits.length];
            keys = new long[logits.length];
        }
        float most = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        total = 0;
        for (int i = 0; i < logits.length; i++) {
            float below = (logits[i] - most) / temperature;
            weights[i] = below > -LOGIT_RANGE ? (float) Math.exp(below) : 0;
            total += weights[i];
        }
    }

    private void keepLikeliest(int topK) {
        float floor = 0;
        int room = Math.min(keys.length, 2 * topK);
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > floor) {
                add(i);
                if (count == room) {
                    floor = dropAllBut(topK);
                }
            }
        }
        if (count > topK) {
            dropAllBut(topK);
        }
    }

    /** Keeps the greatest, and answers the least of them. */
    private float dropAllBut(int kept) {
        Arrays.sort(keys, 0, count);
        System.arraycopy(keys, count - kept, keys, 0, kept);
        count = kept;
        return weight(0);
    }

    /**
     * A token below (1 - top_p) / vocabulary of the whole cannot be in the nucleus: all such tokens together weigh less than what the
     * nucleus leaves out.
     */
    private void keepAbove(double floor) {
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > floor) {
                add(i);
            }
        }
    }

    private void add(int token) {
        keys[count++] = ((long) Float.floatToIntBits(weights[token]) << 32) | (~token & 0xFFFFFFFFL);
    }

    private void sum() {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += weight(i);
        }
        // Without top-k the share is of the whole vocabulary; with it, of what top-k left.
        total = Math.max(sum, Double.MIN_NORMAL);
    }

    private void keepNucleus(double topP) {
        Arrays.sort(keys, 0, count);
        double mass = 0;
        int from = count;
        while (from > 0 && mass < topP * total) {
            mass += weight(--from);
        }
        System.arraycopy(keys, from, keys, 0, count - from);
        count -= from;
        total = mass;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Takes one at random, by weight, out of the candidates. */
    int draw(RandomGenerator random) {
        double left = random.nextDouble() * total;
        int at = 0;
        while (at < count - 1 && left >= weight(at)) {
            left -= weight(at++);
        }
        int token = ~(int) keys[at];
        total -= weight(at);
        System.arraycopy(keys, at + 1, keys, at, count - at - 1);
        count--;
        return token;
    }

    /** Drops all others. */
    void keepOnly(IntPredicate allowed) {
        int kept = 0;
        total = 0;
        for (int i = 0; i < count; i++) {
            if (allowed.test(~(int) keys[i])) {
                keys[kept++] = keys[i];
                total += weight(i);
            }
        }
        count = kept;
    }

    private float weight(int at) {
        return Float.intBitsToFloat((int) (keys[at] >> 32));
    }
}
