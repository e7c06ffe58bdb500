package io.npuq.worker.llm.guide;

import io.npuq.worker.llm.grammar.Edge;
import io.npuq.worker.llm.grammar.State;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Runs a grammar on a model: the model picks among the tokens that the grammar allows. Bytes that have no alternative are fed, not picked, as
 * the tokens that the tokenizer itself makes of them together with the token before. The last of these tokens is left to the model as far as
 * it may have merged with what comes next.
 */
public final class DocumentAnswer {
    /** Longest run of bytes that is tokenized as one; a longer one goes on behind it. */
    private static final int RUN_BYTES_MAX = 1_024;

    private final Voice voice;
    private final WholeCharacters text = new WholeCharacters();
    /** Behind all that is decided. */
    private State state;
    /** Decided, but not fed yet. */
    private byte[] line = {};
    /** The token with which the line begins, as it was picked. */
    private int picked = Voice.CANCELLED;

    /** One answer from the beginning of the grammar; run it once. */
    public DocumentAnswer(State grammar, Voice voice) {
        state = grammar;
        this.voice = voice;
    }

    /**
     * Generates the answer.
     *
     * @return whether it came to its end; if not, the token bound or a cancel cut it off
     */
    public boolean run() {
        while (true) {
            runOn();
            if (!feedLine()) {
                return false;
            }
            if (state == Edge.END && line.length == 0) {
                return true;
            }
            int token = voice.tokensLeft() == 0 ? Voice.CANCELLED : voice.pick(new Mask(state, line, voice));
            if (token == Voice.CANCELLED) {
                return false;
            }
            if (voice.endsTurn(token)) {
                return true;
            }
            take(token);
        }
    }

    /** Adds to the line what has no alternative. */
    private void runOn() {
        if (state.forced() == State.FREE) {
            return;
        }
        ByteArrayOutputStream more = new ByteArrayOutputStream();
        more.writeBytes(line);
        for (int next = state.forced(); next != State.FREE && more.size() < RUN_BYTES_MAX; next = state.forced()) {
            more.write(next);
            state = state.next(next);
        }
        line = more.toByteArray();
    }

    /** Feeds the line, as far as it will stay as it is. False when the token bound cut it off. */
    private boolean feedLine() {
        if (line.length == 0) {
            return true;
        }
        int[] tokens = voice.tokens(new String(line, StandardCharsets.UTF_8));
        if (!spell(tokens, line)) {
            return feedPicked();
        }
        int count = state == Edge.END || opensString() ? tokens.length : tokens.length - 1;
        for (int i = 0; i < count; i++) {
            if (voice.tokensLeft() == 0) {
                return false;
            }
            feed(tokens[i], voice.bytes(tokens[i]).length);
        }
        return true;
    }

    /** The tokenizer cannot say it, as it begins within a character or the tokenizer changes it: the model does, token by token. */
    private boolean feedPicked() {
        if (picked == Voice.CANCELLED) {
            return true;
        }
        if (voice.tokensLeft() == 0) {
            return false;
        }
        feed(picked, voice.bytes(picked).length);
        return true;
    }

    private boolean spell(int[] tokens, byte[] bytes) {
        int at = 0;
        for (int token : tokens) {
            byte[] next = voice.bytes(token);
            int end = at + next.length;
            if (next.length == 0 || end > bytes.length || !Arrays.equals(next, 0, next.length, bytes, at, end)) {
                return false;
            }
            at = end;
        }
        return at == bytes.length;
    }

    /** A quote seldom merges with the text behind it. */
    private boolean opensString() {
        return line[line.length - 1] == '"';
    }

    private void take(int token) {
        byte[] bytes = voice.bytes(token);
        if (bytes.length < line.length) {
            feed(token, bytes.length);
            return;
        }
        int at = line.length;
        while (at < bytes.length && state != Edge.END) {
            state = state.next(Byte.toUnsignedInt(bytes[at++]));
        }
        line = Arrays.copyOf(bytes, at);
        if (state.forced() == State.FREE) {
            feed(token, at);
        } else {
            picked = token;
        }
    }

    /** Feeds a token with which the line begins, and sends so many of its bytes. */
    private void feed(int token, int bytes) {
        voice.feed(token);
        voice.send(text.add(Arrays.copyOf(line, bytes)));
        line = Arrays.copyOfRange(line, bytes, line.length);
        picked = Voice.CANCELLED;
    }
}
