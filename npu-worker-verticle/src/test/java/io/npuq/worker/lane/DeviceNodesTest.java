package io.npuq.worker.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DeviceNodesTest {
    @TempDir
    private Path dev;

    @Test
    void aNodeThatComesAndOneThatGoesAreSeenOnceEach() throws IOException {
        DeviceNodes nodes = DeviceNodes.in(dev.resolve("accel"));
        assertTrue(nodes.areShown());
        assertFalse(nodes.haveChanged(), "there is not even their directory");
        Path node = Files.createFile(Files.createDirectory(dev.resolve("accel")).resolve("accel0"));
        assertTrue(nodes.haveChanged());
        assertFalse(nodes.haveChanged());
        Files.delete(node);
        assertTrue(nodes.haveChanged());
    }

    @Test
    void whereDevicesAreNotShownSoNothingChanges() {
        DeviceNodes nodes = DeviceNodes.in(dev.resolve("none").resolve("accel"));
        assertEquals(false, nodes.areShown());
        assertFalse(nodes.haveChanged());
    }
}
