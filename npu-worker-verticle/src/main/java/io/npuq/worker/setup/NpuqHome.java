package io.npuq.worker.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * npuq's own directory.
 *
 * @param dir absolute; need not exist yet
 */
public record NpuqHome(Path dir) {
    /** Makes the path absolute. */
    public NpuqHome {
        dir = dir.toAbsolutePath().normalize();
    }

    /**
     * {@code NPUQ_HOME}, or {@code npuq} in the place where the user's system keeps data.
     *
     * @throws SetupException when a variable names no directory that can be
     */
    public static NpuqHome resolve(Map<String, String> environment) throws SetupException {
        // Java takes the home directory from the user database; services and containers say it in HOME.
        String userHome = environment.getOrDefault("HOME", System.getProperty("user.home", ""));
        return resolve(environment, System.getProperty("os.name", ""), userHome);
    }

    static NpuqHome resolve(Map<String, String> environment, String os, String userHome) throws SetupException {
        String own = environment.getOrDefault("NPUQ_HOME", "");
        if (!own.isBlank()) {
            return new NpuqHome(path("NPUQ_HOME", own));
        }
        String system = os.toLowerCase(Locale.ROOT);
        if (system.startsWith("windows")) {
            return under(
                    environment, "LOCALAPPDATA", path("user.home", userHome).resolve("AppData/Local"));
        }
        if (system.startsWith("mac")) {
            return new NpuqHome(path("user.home", userHome).resolve("Library/Application Support/npuq"));
        }
        return under(environment, "XDG_DATA_HOME", path("user.home", userHome).resolve(".local/share"));
    }

    /** OpenVINO's libraries, a directory for each version. */
    public Path runtime() {
        return dir.resolve("runtime");
    }

    /** Models, a directory each. */
    public Path models() {
        return dir.resolve("models");
    }

    /** What can be made again. */
    public Path cache() {
        return dir.resolve("cache");
    }

    /** The queue. */
    public Path data() {
        return dir.resolve("data");
    }

    /** What the set-up and the engine wrote. */
    public Path logs() {
        return dir.resolve("logs");
    }

    /**
     * Makes the directories that are missing, and checks that they can be written.
     *
     * @throws SetupException naming the one that cannot
     */
    public void create() throws SetupException {
        for (Path part : List.of(dir, runtime(), models(), cache(), data(), logs())) {
            try {
                Files.createDirectories(part);
            } catch (IOException e) {
                throw SetupException.of("make npuq's directory " + part, e);
            }
            if (!Files.isWritable(part)) {
                throw new SetupException("cannot write to npuq's directory " + part
                        + ": change its rights, or set NPUQ_HOME to another directory");
            }
        }
    }

    private static NpuqHome under(Map<String, String> environment, String variable, Path otherwise)
            throws SetupException {
        String base = environment.getOrDefault(variable, "");
        Path chosen = base.isBlank() ? otherwise : path(variable, base);
        // The XDG rules: a relative path in such a variable is to be ignored.
        return new NpuqHome((chosen.isAbsolute() ? chosen : otherwise).resolve("npuq"));
    }

    private static Path path(String name, String value) throws SetupException {
        if (value.isBlank()) {
            throw new SetupException("the user has no home directory: set NPUQ_HOME to a directory for npuq's files");
        }
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new SetupException(name + " is no path: " + e.getMessage() + "; set NPUQ_HOME to a directory");
        }
    }
}
