package io.npuq.worker.llm.guide;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Turns bytes of UTF-8 into text as they come, whole characters only. */
public final class WholeCharacters {
    /** A character has at most four bytes, so at most three are pending. */
    private static final int PENDING_BYTES_MAX = 3;

    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] pending = {};

    /** The text that is whole now. */
    public String add(byte[] more) {
        ByteBuffer in = ByteBuffer.allocate(pending.length + more.length);
        in.put(pending).put(more).flip();
        CharBuffer out = CharBuffer.allocate(in.remaining());
        // An unfinished character stays in the buffer; bytes that can never be one become U+FFFD.
        decoder.decode(in, out, false);
        pending = new byte[Math.min(in.remaining(), PENDING_BYTES_MAX)];
        in.get(pending);
        return out.flip().toString();
    }
}
