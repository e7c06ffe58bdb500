package io.npuq.worker.builtin;

import io.npuq.worker.text.Sentence;
import io.npuq.worker.text.SmallTalk;
import io.npuq.worker.text.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * TextRank for sentences: Rada Mihalcea and Paul Tarau, "TextRank: Bringing Order into Texts", Proceedings of EMNLP 2004, section 4. A sentence is a
 * node; two are joined by the words they share over the sum of the logarithms of their lengths; PageRank over that graph gives the scores.
 *
 * <p>Two things are added, as short everyday texts need them: the words' common function words do not count, and the first sentence weighs more
 * ({@link #LEAD_WEIGHT}), since mails and reports say first what they are about. Greetings and signatures weigh next to nothing.
 *
 * <p>Work is bounded by {@link #SENTENCES_MAX}: later sentences are not looked at.
 */
final class TextRank {
    /** Sentences that are compared with each other; 200 make 20,000 pairs. */
    static final int SENTENCES_MAX = 200;

    private static final double DAMPING = 0.85;
    private static final int ROUNDS_MAX = 40;
    private static final double SETTLED = 1e-5;
    private static final double LEAD_WEIGHT = 1.5;
    private static final double SMALL_TALK_WEIGHT = 0.05;

    private TextRank() {}

    /** A score for each sentence, higher for better; the same text always gives the same. */
    static double[] scores(List<Sentence> sentences) {
        List<int[]> terms = terms(sentences);
        double[] scores = pageRank(similarities(terms));
        boolean lead = true;
        for (int i = 0; i < scores.length; i++) {
            boolean smallTalk = SmallTalk.is(sentences.get(i).text());
            double weight = smallTalk ? SMALL_TALK_WEIGHT : lead ? LEAD_WEIGHT : 1;
            lead &= smallTalk;
            scores[i] *= weight;
        }
        return scores;
    }

    /** The content words of each sentence as sorted numbers, each once. */
    private static List<int[]> terms(List<Sentence> sentences) {
        Map<String, Integer> numbers = new HashMap<>();
        List<int[]> all = new ArrayList<>();
        for (Sentence sentence : sentences) {
            Set<Integer> own = new HashSet<>();
            for (String term : Words.terms(sentence.text())) {
                if (!StopWords.contains(term)) {
                    own.add(numbers.computeIfAbsent(term, t -> numbers.size()));
                }
            }
            all.add(own.stream().mapToInt(Integer::intValue).sorted().toArray());
        }
        return all;
    }

    private static double[][] similarities(List<int[]> terms) {
        int n = terms.size();
        double[][] similar = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                int shared = shared(terms.get(i), terms.get(j));
                if (shared > 0) {
                    // One is added, so that the logarithm of a one-word sentence is not zero.
                    double lengths = Math.log1p(terms.get(i).length) + Math.log1p(terms.get(j).length);
                    similar[i][j] = similar[j][i] = shared / lengths;
                }
            }
        }
        return similar;
    }

    private static int shared(int[] left, int[] right) {
        int shared = 0;
        for (int i = 0, j = 0; i < left.length && j < right.length; ) {
            int order = Integer.compare(left[i], right[j]);
            shared += order == 0 ? 1 : 0;
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        return shared;
    }

    private static double[] pageRank(double[][] weights) {
        int n = weights.length;
        double[] out = Arrays.stream(weights)
                .mapToDouble(row -> Arrays.stream(row).sum())
                .toArray();
        double[] scores = new double[n];
        Arrays.fill(scores, 1);
        for (int round = 0; round < ROUNDS_MAX; round++) {
            double[] next = new double[n];
            double moved = 0;
            for (int i = 0; i < n; i++) {
                double in = 0;
                for (int j = 0; j < n; j++) {
                    in += out[j] == 0 ? 0 : weights[j][i] / out[j] * scores[j];
                }
                next[i] = 1 - DAMPING + DAMPING * in;
                moved = Math.max(moved, Math.abs(next[i] - scores[i]));
            }
            scores = next;
            if (moved < SETTLED) {
                break;
            }
        }
        return scores;
    }
}
