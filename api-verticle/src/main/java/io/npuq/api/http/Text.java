package io.npuq.api.http;

import io.npuq.schema.InvalidInputException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Texts that come from outside. */
public final class Text {
    private static final int DIGITS_MAX = 9;
    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Text() {}

    /** A client's own text, fit to be repeated: short and printable. */
    public static String echo(String text) {
        String cut = text.length() <= HttpLimits.ECHO_CHARS_MAX ? text : text.substring(0, HttpLimits.ECHO_CHARS_MAX);
        StringBuilder safe = new StringBuilder(cut.length());
        cut.chars().forEach(c -> safe.append(c < ' ' || c > '~' ? '?' : (char) c));
        return safe.toString();
    }

    /** A whole number of at most nine digits and no sign; −1 for any other text. */
    public static int wholeNumber(String text) {
        boolean digits =
                !text.isEmpty() && text.length() <= DIGITS_MAX && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Integer.parseInt(text) : -1;
    }

    /** Whether every byte is below 128: then the bytes are their own characters. */
    static boolean isAscii(byte[] bytes, int from, int to) {
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            if (((long) EIGHT_BYTES.get(bytes, at) & HIGH_BITS) != 0) {
                return false;
            }
        }
        for (; at < to; at++) {
            if (bytes[at] < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * The text that these bytes are, strictly.
     *
     * @param name what the error calls them
     */
    public static String utf8(String name, byte[] bytes) {
        return utf8(name, bytes, 0, bytes.length).toString();
    }

    /**
     * The characters of UTF-8. Strict: overlong forms, lone surrogates and cut sequences are refused, where Jackson's own decoder
     * would let some pass, and would guess UTF-16 and UTF-32 as well.
     *
     * @param name what the error calls the bytes
     */
    static CharBuffer utf8(String name, byte[] bytes, int from, int to) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes, from, to - from);
        CharBuffer out = CharBuffer.allocate(to - from);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            throw new InvalidInputException(
                    name,
                    "the " + name + " is not valid UTF-8: see byte " + (in.position() - from) + ", counted from 0");
        }
        return out.flip();
    }
}
