package io.npuq.worker.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PythonTest {
    @TempDir
    Path dir;

    @Test
    void pythonOfThisMachineIsFound() throws SetupException {
        Python python = Python.find(System.getenv());

        assertTrue(python.version().matches("3\\.1[0-4]"), python.version());
    }

    @Test
    void tooOldAPythonIsPassedOverForTheNextThatFits() throws SetupException, IOException {
        program("python3", "npuq cpython 3 9 64 21.2");
        Path fit = program("python3.12", "npuq cpython 3 12 64 24.0");

        Python python = Python.find(Map.of("PATH", dir.toString()));

        assertEquals(new Python(List.of(fit.toString()), "3.12", "24.0"), python);
    }

    @Test
    void pythonWithoutVenvIsAnsweredWithDebiansPackage() throws IOException {
        program("python3", "npuq cpython 3 12 64 -");

        String message = assertThrows(SetupException.class, () -> Python.find(Map.of("PATH", dir.toString())))
                .getMessage();
        assertTrue(message.contains("has no venv with pip (Debian, Ubuntu: apt install python3.12-venv)"), message);
    }

    @Test
    void bytesAreAskedOnlyOfAPipThatTellsThem() {
        assertFalse(new Python(List.of("python3"), "3.11", "23.2.1").pipTellsBytes());
        assertFalse(new Python(List.of("python3"), "3.12", "24.0").pipTellsBytes());
        assertTrue(new Python(List.of("python3"), "3.13", "24.2").pipTellsBytes());
        assertTrue(new Python(List.of("python3"), "3.14", "25.2").pipTellsBytes());
    }

    @Test
    void eachUnfitPythonIsNamedWithItsReason() throws IOException {
        program("python3", "npuq pypy 3 11 64 24.0");
        program("python", "npuq cpython 3 11 32 24.0");

        String message = assertThrows(SetupException.class, () -> Python.find(Map.of("PATH", dir.toString())))
                .getMessage();
        assertTrue(message.contains("python3 is pypy 3.11"), message);
        assertTrue(message.contains("python is a 32-bit build"), message);
    }

    @Test
    void onlyTheNamedPythonIsLookedAtWhenOneIsNamed() {
        Map<String, String> environment = Map.of("PATH", System.getenv("PATH"), "NPUQ_PYTHON", "/nowhere/python3");

        String message = assertThrows(SetupException.class, () -> Python.find(environment))
                .getMessage();
        assertTrue(message.contains("/nowhere/python3 does not run"), message);
    }

    private Path program(String name, String answer) throws IOException {
        Path file = Files.writeString(dir.resolve(name), "#!/bin/sh\necho " + answer + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }
}
