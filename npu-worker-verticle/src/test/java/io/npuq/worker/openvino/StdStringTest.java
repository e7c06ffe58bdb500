package io.npuq.worker.openvino;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Strings laid out by hand as each standard library documents it. */
class StdStringTest {
    private static final String LONG = "longer than any small buffer of any library";

    private final Memory string = new Memory(32);
    private final Memory elsewhere = CText.memory(LONG);

    @Test
    void libstdcxxHoldsAPointerAlways() {
        string.setPointer(0, elsewhere);
        string.setLong(8, LONG.length());
        assertEquals(LONG, read(StdString.LIBSTDCXX));
    }

    @Test
    void msvcHoldsShortTextsInPlace() {
        write(0, "short");
        string.setLong(16, 5);
        string.setLong(24, 15);
        assertEquals("short", read(StdString.MSVC));
        string.setPointer(0, elsewhere);
        string.setLong(16, LONG.length());
        string.setLong(24, 47);
        assertEquals(LONG, read(StdString.MSVC));
    }

    @Test
    void libcxxTellsByItsFirstByte() {
        string.setByte(0, (byte) (5 << 1));
        write(1, "short");
        assertEquals("short", read(StdString.LIBCXX));
        string.setLong(0, 48 | 1);
        string.setLong(8, LONG.length());
        string.setPointer(16, elsewhere);
        assertEquals(LONG, read(StdString.LIBCXX));
    }

    @Test
    void appleArmTellsByItsLastByte() {
        write(0, "short");
        string.setByte(23, (byte) 5);
        assertEquals("short", read(StdString.LIBCXX_APPLE_ARM));
        string.setPointer(0, elsewhere);
        string.setLong(8, LONG.length());
        string.setLong(16, 48 | Long.MIN_VALUE);
        assertEquals(LONG, read(StdString.LIBCXX_APPLE_ARM));
    }

    private void write(long offset, String text) {
        string.write(offset, text.getBytes(StandardCharsets.UTF_8), 0, text.length());
    }

    private String read(StdString layout) {
        Pointer pointer = string;
        return new String(layout.read(pointer), StandardCharsets.UTF_8);
    }
}
