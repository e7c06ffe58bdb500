package io.npuq.launcher.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A secret from a file or the environment: a flag would show in the list of processes. */
final class Secret {
    private Secret() {}

    /**
     * The secret, without the white space around it; empty where neither names one.
     *
     * @param file the setting that names the file
     * @param variable what holds it where no file does
     */
    static Optional<String> of(
            Values values, Setting<Optional<Path>> file, String variable, Map<String, String> environment)
            throws ConfigException {
        Optional<Path> named = values.get(file);
        return named.isPresent()
                ? Optional.of(read(file, named.get()))
                : Optional.ofNullable(environment.get(variable))
                        .map(String::strip)
                        .filter(secret -> !secret.isEmpty());
    }

    private static String read(Setting<?> setting, Path file) throws ConfigException {
        try {
            String secret = Files.readString(file).strip();
            if (secret.isEmpty()) {
                throw new ConfigException(setting.flag() + ": " + file + " is empty");
            }
            return secret;
        } catch (IOException e) {
            throw new ConfigException(setting.flag() + ": " + file + " cannot be read: " + e.getMessage());
        }
    }
}
