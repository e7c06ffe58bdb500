package io.npuq.launcher.batch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A document's text.
 *
 * @param text without a byte order mark; not blank
 * @param digest of the bytes as they were, the mark included
 */
record DocumentText(String text, Digest digest) {
    /** More than any novel; a file that is longer is a heap of documents. */
    static final int BYTES_MAX = 8 << 20;

    private static final char BOM = '\uFEFF';

    /** Reads a document, or says why that cannot be done. */
    static DocumentText read(Source source) throws DocumentException {
        byte[] bytes = bytes(source);
        String text = decoded(bytes);
        text = !text.isEmpty() && text.charAt(0) == BOM ? text.substring(1) : text;
        if (text.isBlank()) {
            throw new DocumentException(Failure.EMPTY, "there is nothing in it");
        }
        return new DocumentText(text, Digest.of(bytes));
    }

    private static byte[] bytes(Source source) throws DocumentException {
        try (InputStream in = source.content().open()) {
            byte[] head = in.readNBytes(Sniff.BYTES);
            if (Sniff.isBinary(head)) {
                throw new DocumentException(
                        Failure.NOT_TEXT, "it is no text: there are control characters in its beginning");
            }
            byte[] rest = in.readNBytes(BYTES_MAX + 1 - head.length);
            if (head.length + rest.length > BYTES_MAX) {
                throw new DocumentException(
                        Failure.TOO_LARGE,
                        "it has more than " + BYTES_MAX + " bytes; split it, or give it with --lines or --csv");
            }
            return ByteBuffer.allocate(head.length + rest.length)
                    .put(head)
                    .put(rest)
                    .array();
        } catch (IOException e) {
            throw new DocumentException(
                    Failure.UNREADABLE, "it cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private static String decoded(byte[] bytes) throws DocumentException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new DocumentException(
                    Failure.NOT_UTF8, "it is not UTF-8 text; convert it, for example with iconv -t UTF-8");
        }
    }
}
