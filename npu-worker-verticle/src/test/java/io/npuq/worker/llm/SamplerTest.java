package io.npuq.worker.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.Sampling;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final int DRAWS = 20_000;
    /** Probabilities 1/2, 1/4, 1/8, 1/8 at temperature 1. */
    private static final float[] LOGITS = logits(0.5, 0.25, 0.125, 0.125);

    @Test
    void greedyTakesTheLikeliestAndTheFirstOfEquals() {
        assertEquals(1, greedy().pick(new float[] {1, 3, 2, 3}));
        assertEquals(3, greedy().pick(new float[] {1, 3, 2, 3}, token -> token > 1));
        assertEquals(2, greedy().pick(new float[] {9, 3, Float.NEGATIVE_INFINITY}, token -> token == 2));
    }

    @Test
    void pickingAmongNoneIsABug() {
        Sampler sampler = greedy();
        assertThrows(IllegalStateException.class, () -> sampler.pick(new float[] {1, 2}, token -> false));
    }

    @Test
    void drawsFollowTheWeights() {
        double[] shares = shares(sampling(1, 1, 0), token -> true);
        assertEquals(0.5, shares[0], 0.02);
        assertEquals(0.25, shares[1], 0.02);
        assertEquals(0.125, shares[3], 0.02);
    }

    @Test
    void temperatureSharpens() {
        // Weights squared: 1/4, 1/16, 1/64, 1/64.
        assertEquals(0.25 / (0.25 + 0.0625 + 2 * 0.015625), shares(sampling(0.5, 1, 0), token -> true)[0], 0.02);
    }

    @Test
    void topKAndTopPLeaveOutTheUnlikely() {
        assertEquals(List.of(0, 1), drawn(shares(sampling(1, 1, 2), token -> true)));
        assertEquals(List.of(0, 1), drawn(shares(sampling(1, 0.7, 0), token -> true)));
        assertEquals(List.of(0), drawn(shares(sampling(1, 0.5, 0), token -> true)));
        assertEquals(List.of(0, 1, 2), drawn(shares(sampling(1, 0.8, 0), token -> true)));
    }

    @Test
    void topPOfWhatTopKLeft() {
        // Of 1/2 and 1/4 the first is two thirds.
        assertEquals(List.of(0), drawn(shares(sampling(1, 0.6, 2), token -> true)));
    }

    @Test
    void topKKeepsTheGreatestOfManyWhateverTheirOrder() {
        float[] many = new float[5_000];
        SplittableRandom random = new SplittableRandom(3);
        IntStream.range(0, many.length).forEach(i -> many[i] = random.nextInt(100));
        many[4_321] = 300;
        many[17] = 300;
        Sampler sampler = new Sampler(sampling(1, 1, 2), new SplittableRandom(1));
        for (int i = 0; i < 100; i++) {
            int token = sampler.pick(many.clone());
            assertTrue(token == 17 || token == 4_321);
        }
    }

    @Test
    void drawsAmongTheAllowedKeepTheirProportions() {
        double[] shares = shares(sampling(1, 1, 0), token -> token > 0);
        assertEquals(List.of(1, 2, 3), drawn(shares));
        assertEquals(0.5, shares[1], 0.02);
    }

    @Test
    void drawsKeepTheirProportionsAlsoWhenAlmostAllIsRefused() {
        float[] many = new float[5_000];
        many[7] = (float) Math.log(3);
        int[] drawn = new int[many.length];
        Sampler sampler = new Sampler(sampling(1, 1, 0), new SplittableRandom(42));
        int draws = 2_000;
        for (int i = 0; i < draws; i++) {
            drawn[sampler.pick(many.clone(), token -> token == 7 || token == 4_900)]++;
        }
        assertEquals(draws, drawn[7] + drawn[4_900]);
        assertEquals(0.75, (double) drawn[7] / draws, 0.03);
    }

    @Test
    void whenTopKLeavesNoneThatIsAllowedTheLikeliestAllowedIsTaken() {
        assertEquals(List.of(1), drawn(shares(sampling(1, 1, 1), token -> token > 0)));
    }

    @Test
    void repetitionPenaltyLooksAtThePromptToo() {
        Sampler sampler = new Sampler(penalties(2, 0, 0), new SplittableRandom(1));
        sampler.prompt(new int[] {0, 2});
        assertEquals(1, sampler.pick(new float[] {3, 2, -1}));
        assertEquals(0, sampler.pick(new float[] {3, 2, -1}));
    }

    @Test
    void frequencyCountsTimesAndPresenceDoesNot() {
        Sampler frequency = new Sampler(penalties(1, 1, 0), new SplittableRandom(1));
        assertEquals(List.of(0, 0, 1), picks(frequency, 3, 2.5f, 1));
        Sampler presence = new Sampler(penalties(1, 0, 1), new SplittableRandom(1));
        assertEquals(List.of(0, 0, 0), picks(presence, 3, 2.5f, 1));
    }

    private static List<Integer> picks(Sampler sampler, int times, float first, float second) {
        return IntStream.range(0, times)
                .mapToObj(i -> sampler.pick(new float[] {first, second}))
                .toList();
    }

    private static double[] shares(Sampling sampling, IntPredicate allowed) {
        Sampler sampler = new Sampler(sampling, new SplittableRandom(42));
        double[] shares = new double[LOGITS.length];
        for (int i = 0; i < DRAWS; i++) {
            shares[sampler.pick(LOGITS.clone(), allowed)] += 1.0 / DRAWS;
        }
        return shares;
    }

    /** The tokens that were drawn at all. */
    private static List<Integer> drawn(double[] shares) {
        return IntStream.range(0, shares.length)
                .filter(i -> shares[i] > 0)
                .boxed()
                .toList();
    }

    private static float[] logits(double... probabilities) {
        float[] logits = new float[probabilities.length];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) Math.log(probabilities[i]);
        }
        return logits;
    }

    private static Sampler greedy() {
        return new Sampler(Sampling.GREEDY, new SplittableRandom(1));
    }

    private static Sampling sampling(double temperature, double topP, int topK) {
        return new Sampling(temperature, topP, topK, 1, 0, 0, null, List.of());
    }

    private static Sampling penalties(double repetition, double frequency, double presence) {
        return new Sampling(0, 1, 0, repetition, frequency, presence, null, List.of());
    }
}
