package io.npuq.worker.llm.guide;

import io.npuq.worker.llm.grammar.Edge;
import io.npuq.worker.llm.grammar.State;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The tokens that may come. Not worked out for the whole vocabulary: a sampler asks for the likely ones only, and most that are wrong are so
 * with their first byte, which is looked up.
 */
final class Mask implements IntPredicate {
    private static final int BYTES = 256;

    private final State state;
    private final byte[] line;
    private final Voice voice;
    private final State[] afterFirst = new State[BYTES];

    /**
     * At a place of the document.
     *
     * @param state behind the line
     * @param line what is decided already, and has to come first
     */
    Mask(State state, byte[] line, Voice voice) {
        this.state = state;
        this.line = line;
        this.voice = voice;
    }

    @Override
    public boolean test(int token) {
        if (voice.endsTurn(token)) {
            return line.length == 0 && state.mayEnd();
        }
        byte[] bytes = voice.bytes(token);
        int shared = Math.min(bytes.length, line.length);
        if (bytes.length == 0 || !Arrays.equals(bytes, 0, shared, line, 0, shared)) {
            return false;
        }
        return shared == bytes.length || leadsOn(bytes, shared);
    }

    private boolean leadsOn(byte[] bytes, int from) {
        State at = afterFirst(Byte.toUnsignedInt(bytes[from]));
        for (int i = from + 1; i < bytes.length; i++) {
            if (at == Edge.END) {
                return isBlank(bytes, i);
            }
            if (at == Edge.DEAD) {
                return false;
            }
            at = at.next(Byte.toUnsignedInt(bytes[i]));
        }
        return at != Edge.DEAD;
    }

    private State afterFirst(int first) {
        State after = afterFirst[first];
        if (after == null) {
            after = state.next(first);
            afterFirst[first] = after;
        }
        return after;
    }

    /** A document may have blanks behind it; they are not sent. */
    private static boolean isBlank(byte[] bytes, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (" \n\r\t".indexOf(bytes[i]) < 0) {
                return false;
            }
        }
        return true;
    }
}
