package io.npuq.worker.openvino;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenVinoInstallTest {
    @TempDir
    private Path root;

    @Test
    void wheelsAreFound() throws IOException {
        Path c = file("openvino/libs", library("openvino_c", "2641"));
        file("openvino/libs", library("openvino", "2641"));
        Path tokenizers = file("openvino_tokenizers/lib", library("openvino_tokenizers", ""));
        assertEquals(new OpenVinoInstall(c, tokenizers, List.of()), OpenVinoInstall.find(root));
    }

    @Test
    void anUnpackedArchiveIsFoundWithItsThreadingLibrary() throws IOException {
        Path c = file("runtime/lib/intel64", library("openvino_c", "2641"));
        Path tokenizers = file("runtime/lib/intel64", library("openvino_tokenizers", ""));
        Path tbb = file("runtime/3rdparty/tbb/lib", library("tbb", "12"));
        assertEquals(new OpenVinoInstall(c, tokenizers, List.of(tbb)), OpenVinoInstall.find(root));
    }

    @Test
    void whatIsMissingIsNamed() throws IOException {
        assertTrue(messageOfFind().contains("openvino_c"));
        file("openvino/libs", library("openvino_c", "2641"));
        assertTrue(messageOfFind().contains("openvino_tokenizers"));
        assertTrue(messageOfFind().contains(root.toString()));
    }

    private String messageOfFind() {
        return String.valueOf(assertThrows(OpenVinoException.class, () -> OpenVinoInstall.find(root))
                .getMessage());
    }

    private Path file(String directory, String name) throws IOException {
        Files.createDirectories(root.resolve(directory));
        return Files.createFile(root.resolve(directory).resolve(name));
    }

    private static String library(String name, String version) {
        if (Platform.isWindows()) {
            return name + ".dll";
        }
        String dotted = version.isEmpty() ? "" : "." + version;
        return Platform.isMac() ? "lib" + name + dotted + ".dylib" : "lib" + name + ".so" + dotted;
    }
}
