package io.npuq.worker.embedding;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** How the vectors of a text's tokens become one. */
enum Pooling {
    /** Their mean. */
    MEAN("pooling_mode_mean_tokens") {
        @Override
        int rows(int tokens) {
            return tokens;
        }
    },
    /** The first one's, which is made for that. */
    CLS("pooling_mode_cls_token") {
        @Override
        int rows(int tokens) {
            return 1;
        }
    };

    private final String flag;

    Pooling(String flag) {
        this.flag = flag;
    }

    /** How sentence-transformers names it in {@code 1_Pooling/config.json}, as a flag. */
    String flag() {
        return flag;
    }

    /** By the name that newer versions of sentence-transformers write. */
    static Optional<Pooling> named(String name) {
        return Stream.of(values())
                .filter(pooling -> pooling.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst();
    }

    /** How many of the first tokens count. */
    abstract int rows(int tokens);

    /**
     * The vector of one text.
     *
     * @param states of the tokens that count, one behind the other
     */
    float[] pool(float[] states, int rows, int dimensions) {
        float[] sum = new float[dimensions];
        for (int row = 0; row < rows; row++) {
            int from = row * dimensions;
            for (int i = 0; i < dimensions; i++) {
                sum[i] += states[from + i];
            }
        }
        for (int i = 0; i < dimensions; i++) {
            sum[i] /= rows;
        }
        return sum;
    }
}
