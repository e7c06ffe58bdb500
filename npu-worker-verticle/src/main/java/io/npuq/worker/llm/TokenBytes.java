package io.npuq.worker.llm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bytes of each token. A detokenizer says what a token's text is, but not what the bytes of one are that holds part of a character;
 * those come from the vocabulary in the detokenizer's graph.
 */
final class TokenBytes {
    /** How vocabularies with byte fallback write a single byte. */
    private static final Pattern BYTE_TOKEN = Pattern.compile("<0x([0-9A-F]{2})>");

    private static final byte[] NONE = {};
    private static final char REPLACEMENT = '\uFFFD';

    private final Tokenizer tokenizer;
    private final Optional<Vocabulary> vocabulary;
    /** Stands before a token, so that a detokenizer that trims the front of a text trims nothing of it. */
    private final int anchor;

    private final String anchorText;
    /** By token; empty where the graph does not show its vocabulary. */
    private final byte[][] table;
    /** Found one by one where there is no table. */
    private final Map<Integer, byte[]> found = new HashMap<>();

    TokenBytes(Tokenizer tokenizer, ModelDirectory model) throws IOException {
        this.tokenizer = tokenizer;
        vocabulary = Vocabulary.of(model);
        int[] letter = tokenizer.continuation("a");
        anchor = letter[letter.length - 1];
        anchorText = tokenizer.text(anchor);
        table = vocabulary.map(this::readAll).orElse(new byte[0][]);
    }

    private byte[][] readAll(Vocabulary words) {
        List<String> texts = tokenizer.textsBehind(anchor, words.size());
        byte[][] bytes = new byte[words.size()][];
        Arrays.setAll(bytes, token -> bytes(token, texts.get(token)));
        return bytes;
    }

    /** Whether a text is just the bytes of its tokens, one behind the other, as in vocabularies of bytes. */
    boolean makeTheText() {
        return vocabulary.map(Vocabulary::isPlain).orElse(false);
    }

    /** The token's bytes; none for a special one. */
    byte[] of(int token) {
        if (vocabulary.isPresent()) {
            return token < table.length ? table[token] : NONE;
        }
        return found.computeIfAbsent(token, this::find);
    }

    private byte[] find(int token) {
        return bytes(token, tokenizer.text(anchor, token));
    }

    private byte[] bytes(int token, String behindAnchor) {
        String text = behindAnchor.startsWith(anchorText) ? behindAnchor.substring(anchorText.length()) : "";
        if (!text.isEmpty() && text.indexOf(REPLACEMENT) < 0) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        return vocabulary.map(words -> part(words.word(token))).orElse(NONE);
    }

    /** The bytes of a word without a text of its own: part of a character, or nothing for a special token. */
    private static byte[] part(byte[] word) {
        Matcher single = BYTE_TOKEN.matcher(new String(word, StandardCharsets.ISO_8859_1));
        if (single.matches()) {
            return new byte[] {(byte) Integer.parseInt(single.group(1), 16)};
        }
        return isText(word) ? NONE : word;
    }

    private static boolean isText(byte[] word) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(word));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
