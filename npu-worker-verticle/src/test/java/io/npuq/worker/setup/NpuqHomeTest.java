package io.npuq.worker.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpuqHomeTest {
    @TempDir
    Path dir;

    @Test
    void namedDirectoryComesBeforeTheSystemsPlaces() throws SetupException {
        Map<String, String> environment = Map.of("NPUQ_HOME", "/big/disk/npuq", "XDG_DATA_HOME", "/data");

        assertEquals(
                Path.of("/big/disk/npuq"),
                NpuqHome.resolve(environment, "Linux", "/home/ada").dir());
    }

    @Test
    void eachSystemKeepsDataWhereItsUsersExpectIt() throws SetupException {
        assertEquals("/data/npuq", home(Map.of("XDG_DATA_HOME", "/data"), "Linux"));
        assertEquals("/home/ada/.local/share/npuq", home(Map.of(), "Linux"));
        assertEquals("/home/ada/.local/share/npuq", home(Map.of("XDG_DATA_HOME", "relative"), "Linux"));
        assertEquals("/home/ada/Library/Application Support/npuq", home(Map.of(), "Mac OS X"));
        assertEquals("/local/npuq", home(Map.of("LOCALAPPDATA", "/local"), "Windows 11"));
        assertEquals("/home/ada/AppData/Local/npuq", home(Map.of(), "Windows 11"));
    }

    @Test
    void userWithoutAHomeIsAskedForADirectory() {
        String message = assertThrows(SetupException.class, () -> NpuqHome.resolve(Map.of(), "Linux", ""))
                .getMessage();
        assertTrue(message.contains("set NPUQ_HOME"), message);
    }

    @Test
    void directoryThatCannotBeMadeIsNamedWithAWayOut() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "in the way");

        String message = assertThrows(SetupException.class, () -> new NpuqHome(file.resolve("npuq")).create())
                .getMessage();
        assertTrue(message.contains("cannot make npuq's directory " + file.resolve("npuq")), message);
        assertTrue(message.contains("NPUQ_HOME"), message);
    }

    private static String home(Map<String, String> environment, String os) throws SetupException {
        return NpuqHome.resolve(environment, os, "/home/ada").dir().toString();
    }
}
