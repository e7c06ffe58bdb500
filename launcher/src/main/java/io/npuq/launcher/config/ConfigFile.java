package io.npuq.launcher.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * A configuration file, in Java's properties format: a setting a line, {@code name = value}, with comments, in UTF-8. The JDK reads it,
 * so it costs no library; and no setting has more structure than a line.
 */
final class ConfigFile {
    private ConfigFile() {}

    /** Its settings by name; the caller knows which names there are. */
    static Map<String, String> read(Path file) throws ConfigException {
        OncePerKey properties = new OncePerKey();
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(text);
        } catch (IOException e) {
            throw new ConfigException(
                    "cannot read the configuration file " + file + ": "
                            + e.getClass().getSimpleName() + " " + e.getMessage()
                            + "; name a file in UTF-8 with --config",
                    e);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("the configuration file " + file + " is broken: " + e.getMessage(), e);
        }
        Map<String, String> settings = new TreeMap<>();
        properties.forEach((name, value) -> settings.put(((String) name).replace('-', '_'), ((String) value).strip()));
        return settings;
    }

    /** Properties would let the last of two lines win. */
    private static final class OncePerKey extends Properties {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Object put(Object name, Object value) {
            Object before = super.put(name, value);
            if (before != null) {
                throw new IllegalArgumentException("it sets " + name + " twice; keep one of the lines");
            }
            return value;
        }
    }
}
