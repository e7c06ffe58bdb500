package io.npuq.worker.openvino;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where OpenVINO's libraries lie.
 *
 * @param cLibrary the C library; the plugins lie beside it
 * @param tokenizersLibrary the extension with the tokenizers' operations
 * @param preload libraries that the C library needs and may not find by itself, in order; often none
 */
public record OpenVinoInstall(Path cLibrary, Path tokenizersLibrary, List<Path> preload) {
    /** Directories with libraries: those of the wheels, then those of OpenVINO's own archive. */
    private static final List<String> LIBRARY_DIRECTORIES = List.of(
            "openvino/libs",
            "openvino_tokenizers/lib",
            "runtime/lib/intel64",
            "runtime/lib/aarch64",
            "runtime/lib/arm64/Release",
            "runtime/lib/intel64/Release",
            "runtime/bin/intel64/Release");

    private static final List<String> TBB_DIRECTORIES = List.of("runtime/3rdparty/tbb/lib", "runtime/3rdparty/tbb/bin");

    /** Copies the list. */
    public OpenVinoInstall {
        preload = List.copyOf(preload);
    }

    /**
     * Finds the libraries.
     *
     * @param root a directory that holds the content of the wheels {@code openvino} and {@code openvino-tokenizers}, or OpenVINO's own
     *     archive (the one of openvino_genai, which has the tokenizers), unpacked
     * @throws OpenVinoException naming what is missing, and where it was looked for
     */
    public static OpenVinoInstall find(Path root) {
        Path absolute = root.toAbsolutePath();
        return new OpenVinoInstall(
                require(absolute, "openvino_c", "OpenVINO's C library"),
                require(absolute, "openvino_tokenizers", "the tokenizers' library"),
                first(absolute, TBB_DIRECTORIES, "tbb").stream().toList());
    }

    private static Path require(Path root, String name, String what) {
        return first(root, LIBRARY_DIRECTORIES, name)
                .orElseThrow(() -> new OpenVinoException(
                        what + " (" + prefix(name) + "…) is missing under " + root + "; looked in "
                                + String.join(", ", LIBRARY_DIRECTORIES)
                                + ". Run npuq setup, or name a directory with OpenVINO and openvino-tokenizers"));
    }

    private static Optional<Path> first(Path root, List<String> directories, String name) {
        return directories.stream()
                .map(root::resolve)
                .filter(Files::isDirectory)
                .flatMap(directory -> find(directory, name).stream())
                .findFirst();
    }

    private static Optional<Path> find(Path directory, String name) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> isLibrary(file.getFileName().toString(), name))
                    .sorted()
                    .findFirst();
        } catch (IOException e) {
            throw new OpenVinoException("cannot list " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Such as {@code libopenvino_c.so.2641}, {@code openvino_c.dll}, {@code libopenvino_c.2641.dylib}; {@code tbb12.dll} for tbb. */
    private static boolean isLibrary(String file, String name) {
        String rest =
                file.startsWith(prefix(name)) ? file.substring(prefix(name).length()) : "?";
        if (Platform.isWindows()) {
            return rest.matches("\\d*\\.dll");
        }
        return rest.matches(Platform.isMac() ? "(\\.\\d+)*\\.dylib" : "\\.so(\\.\\d+)*");
    }

    private static String prefix(String name) {
        return Platform.isWindows() ? name : "lib" + name;
    }
}
