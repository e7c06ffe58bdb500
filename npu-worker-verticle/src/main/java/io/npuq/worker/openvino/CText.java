package io.npuq.worker.openvino;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/** Texts on their way in and out of C: UTF-8, closed by a zero byte. */
final class CText {
    private CText() {}

    /** A character U+0000 would end a C text early; it goes in as the replacement character. */
    static byte[] of(String text) {
        byte[] utf8 = text.replace('\0', '\uFFFD').getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(utf8, utf8.length + 1);
    }

    static byte[] of(Path path) {
        return of(path.toAbsolutePath().toString());
    }

    /** The same outside the Java heap, for arrays of texts. */
    static Memory memory(String text) {
        byte[] bytes = of(text);
        Memory memory = new Memory(bytes.length);
        memory.write(0, bytes, 0, bytes.length);
        return memory;
    }

    /** Reads a text that C allocated, and frees it. */
    static String take(PointerByReference reference) {
        Pointer text = reference.getValue();
        try {
            return text.getString(0, StandardCharsets.UTF_8.name());
        } finally {
            OpenVinoC.ov_free(text);
        }
    }
}
