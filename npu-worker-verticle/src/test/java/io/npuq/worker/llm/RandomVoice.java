package io.npuq.worker.llm;

import io.npuq.worker.llm.guide.Voice;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;

/** A model that picks any token that is allowed; now and then, and more and more often, one that ends something. */
final class RandomVoice implements Voice {
    private static final int TRIES_MAX = 300;
    private static final String[] ENDS = {"\"", "}", "]", "\"}", "\"]", "1", "null"};

    private final Tokenizer tokenizer;
    private final TokenBytes bytes;
    private final int vocabulary;
    private final Set<Integer> endOfTurn;
    private final int tokensMax;
    private final SplittableRandom dice;
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream fed = new ByteArrayOutputStream();
    private int tokens;

    RandomVoice(
            Tokenizer tokenizer,
            TokenBytes bytes,
            int vocabulary,
            Set<Integer> endOfTurn,
            int tokensMax,
            SplittableRandom dice) {
        this.tokenizer = tokenizer;
        this.bytes = bytes;
        this.vocabulary = vocabulary;
        this.endOfTurn = endOfTurn;
        this.tokensMax = tokensMax;
        this.dice = dice;
    }

    String text() {
        return text.toString();
    }

    /** What the model saw, up to a cut character and without blanks behind the end. */
    String fedText() {
        String whole = fed.toString(StandardCharsets.UTF_8);
        return whole.startsWith(text()) ? text() : whole;
    }

    @Override
    public int[] tokens(String more) {
        return tokenizer.continuation(more);
    }

    @Override
    public byte[] bytes(int token) {
        return bytes.of(token);
    }

    @Override
    public boolean endsTurn(int token) {
        return endOfTurn.contains(token);
    }

    @Override
    public int tokensLeft() {
        return tokensMax - tokens;
    }

    @Override
    public void feed(int... more) {
        tokens += more.length;
        for (int token : more) {
            fed.writeBytes(bytes(token));
        }
    }

    @Override
    public int pick(IntPredicate allowed) {
        if (dice.nextInt(tokensMax / 8) < tokens + 5) {
            for (String end : ENDS) {
                int token = tokenizer.continuation(end)[0];
                if (dice.nextInt(3) > 0 && allowed.test(token)) {
                    return token;
                }
            }
            for (int token : endOfTurn) {
                if (allowed.test(token)) {
                    return token;
                }
            }
        }
        for (int i = 0; i < TRIES_MAX; i++) {
            int token = dice.nextInt(vocabulary);
            if (allowed.test(token)) {
                return token;
            }
        }
        int from = dice.nextInt(vocabulary);
        for (int i = 0; i < vocabulary; i++) {
            if (allowed.test((from + i) % vocabulary)) {
                return (from + i) % vocabulary;
            }
        }
        throw new AssertionError("no token is allowed behind " + text);
    }

    @Override
    public void send(String piece) {
        text.append(piece);
    }
}
