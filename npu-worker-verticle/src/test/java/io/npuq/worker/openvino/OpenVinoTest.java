package io.npuq.worker.openvino;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.worker.TestRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenVinoTest {
    private OpenVino openVino;

    @BeforeEach
    void open() {
        openVino = OpenVino.open(OpenVinoInstall.find(TestRuntime.openVino()));
    }

    @AfterEach
    void close() {
        openVino.close();
    }

    @Test
    void versionAndDevicesAreRead() {
        assertTrue(openVino.version().matches("20\\d\\d\\..*"), openVino.version());
        assertTrue(openVino.availableDevices().contains("CPU"));
        assertTrue(openVino.deviceFullName("CPU").isPresent());
        assertTrue(openVino.deviceProperty("CPU", "NO_SUCH_PROPERTY").isEmpty());
        assertTrue(openVino.driverVersion("CPU").isEmpty());
    }

    @Test
    void aBrokenModelIsAnErrorWithOpenVinosTextTrimmed(@TempDir Path directory) throws IOException {
        Path xml = Files.writeString(directory.resolve("broken.xml"), "<net>");
        Path bin = Files.writeString(directory.resolve("broken.bin"), "");
        OpenVinoException e = assertThrows(OpenVinoException.class, () -> openVino.compile(xml, bin, "CPU", Map.of()));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith("ov_core_read_model answered -"), message);
        assertEquals(message.strip(), message);
    }

    @Test
    void useAfterCloseThrowsAndClosingTwiceIsHarmless() {
        openVino.close();
        openVino.close();
        assertThrows(IllegalStateException.class, openVino::availableDevices);
        Tensor tensor = Tensor.longs(1, 2);
        tensor.close();
        assertThrows(IllegalStateException.class, tensor::shape);
        assertThrows(IllegalStateException.class, () -> tensor.setLongs(1));
    }

    @Test
    void tensorsKeepWhatIsWritten() {
        try (Tensor tensor = Tensor.longs(1, 4)) {
            tensor.setLongs(5, 6, 7, 8);
            tensor.reshape(1, 3);
            assertArrayEquals(new long[] {1, 3}, tensor.shape());
            assertArrayEquals(new int[] {5, 6, 7}, tensor.toInts());
            assertThrows(IllegalArgumentException.class, () -> tensor.setLongs(1, 2, 3, 4));
        }
    }

    @Test
    void textsPassWholeAndAZeroCharacterDoesNotCutThem() {
        try (Tensor tensor = Tensor.text("grün 😀 a\0b")) {
            List<byte[]> texts = tensor.toTexts();
            assertEquals("grün 😀 a\uFFFDb", new String(texts.get(0), StandardCharsets.UTF_8));
        }
    }
}
