package io.npuq.launcher.config;

import io.npuq.schema.InvalidInputException;
import io.npuq.schema.WireName;
import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.EngineConfig;
import io.npuq.schema.config.EngineConfig.NpuProperties;
import io.npuq.schema.config.HttpConfig;
import io.npuq.schema.config.NpuqConfig;
import io.npuq.schema.config.QueueConfig;
import io.npuq.worker.setup.NpuqHome;
import io.npuq.worker.setup.SetupException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/** Every setting's value and where it came from; and the typed configuration that they make. */
public final class Settings {
    private static final String MOCK_SWITCH = "NPU_PROXY_REAL_INFERENCE";

    private final Map<Key, Value> values;

    private Settings(Map<Key, Value> values) {
        this.values = values;
    }

    /**
     * A value.
     *
     * @param text as it was written
     * @param source where: a flag, an environment name, a file, or {@code default}
     */
    public record Value(String text, String source) {}

    /**
     * Takes each value from the first place that has it.
     *
     * @param flags what the command line says
     * @param environment the user's environment
     * @param file a file of {@code key=value} lines
     * @throws ConfigException for an unknown key in the file, or one that is asked for in vain
     */
    public static Settings resolve(Map<Key, String> flags, Map<String, String> environment, Optional<Path> file)
            throws ConfigException {
        if ("0".equals(environment.get(MOCK_SWITCH))) {
            throw new ConfigException(
                    MOCK_SWITCH
                            + "=0 asks for the mock mode of npu-proxy; npuq has none. Unset it; --device BUILTIN runs without a model");
        }
        Map<String, String> inFile = file.isPresent() ? read(file.get()) : Map.of();
        Map<Key, Value> values = new EnumMap<>(Key.class);
        for (Key key : Key.values()) {
            values.put(key, resolve(key, flags, environment, inFile, file));
        }
        return new Settings(values).withPlaces(environment);
    }

    /** Each setting with its value and source, in the order of {@link Key}. */
    public Map<Key, Value> values() {
        return new EnumMap<>(values);
    }

    /** The typed configuration. */
    public NpuqConfig config() throws ConfigException {
        try {
            return new NpuqConfig(
                    path(Key.HOME),
                    new HttpConfig(
                            text(Key.HOST), integer(Key.PORT), names(Key.ALLOWED_HOSTS), bool(Key.CONTRACT_FALLBACK)),
                    new QueueConfig(
                            path(Key.DATA),
                            integer(Key.QUEUED_JOBS_MAX),
                            bool(Key.KEEP_INPUTS),
                            duration(Key.RESULT_RETENTION)),
                    engine(),
                    duration(Key.DRAIN_TIMEOUT));
        } catch (InvalidInputException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    /** Whether the user named it, anywhere. */
    public boolean isGiven(Key key) {
        return !value(key).source().equals("default");
    }

    /** Its text. */
    public String text(Key key) {
        return value(key).text();
    }

    private EngineConfig engine() throws ConfigException {
        DeviceChoice device = WireName.find(DeviceChoice.class, text(Key.DEVICE).toUpperCase(Locale.ROOT))
                .orElseThrow(() -> bad(Key.DEVICE, "AUTO, NPU, GPU, CPU or BUILTIN"));
        return new EngineConfig(
                text(Key.MODEL),
                device,
                new NpuProperties(
                        integer(Key.MAX_PROMPT_LEN),
                        integer(Key.MIN_RESPONSE_LEN),
                        oneOf(Key.PREFILL_HINT, "DYNAMIC", "STATIC"),
                        oneOf(Key.GENERATE_HINT, "FAST_COMPILE", "BEST_PERF")),
                path(Key.CACHE_DIR),
                duration(Key.INFERENCE_TIMEOUT),
                optionalPath(Key.OPENVINO),
                optionalPath(Key.BUSY_COUNTER));
    }

    private static Value resolve(
            Key key,
            Map<Key, String> flags,
            Map<String, String> environment,
            Map<String, String> inFile,
            Optional<Path> file) {
        String flag = flags.get(key);
        if (flag != null) {
            return new Value(flag, key.flag());
        }
        for (String name :
                new String[] {key.environmentName(), key.npuProxyName().orElse("")}) {
            String said = environment.getOrDefault(name, "");
            if (!said.isBlank()) {
                return new Value(said, name);
            }
        }
        String line = inFile.get(key.key());
        return line == null
                ? new Value(key.defaultText(), "default")
                : new Value(line, String.valueOf(file.orElse(null)));
    }

    /** Directories whose default is a place under another one. */
    private Settings withPlaces(Map<String, String> environment) throws ConfigException {
        try {
            if (text(Key.HOME).isEmpty()) {
                values.put(
                        Key.HOME, new Value(NpuqHome.resolve(environment).dir().toString(), "default"));
            }
        } catch (SetupException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
        NpuqHome home = new NpuqHome(path(Key.HOME));
        if (text(Key.DATA).isEmpty()) {
            values.put(Key.DATA, new Value(home.data().toString(), "default"));
        }
        if (text(Key.CACHE_DIR).isEmpty()) {
            values.put(Key.CACHE_DIR, new Value(home.cache().resolve("compiled").toString(), "default"));
        }
        return this;
    }

    private static Map<String, String> read(Path file) throws ConfigException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException("cannot read the configuration file " + file + ": " + e);
        }
        Map<String, String> lines =
                properties.stringPropertyNames().stream().collect(Collectors.toMap(n -> n, properties::getProperty));
        Set<String> known = Arrays.stream(Key.values()).map(Key::key).collect(Collectors.toSet());
        for (String name : lines.keySet()) {
            if (!known.contains(name)) {
                throw new ConfigException(
                        file + " has the unknown key " + name + "; \"npuq serve --print-config\" lists all");
            }
        }
        return lines;
    }

    private Value value(Key key) {
        Value value = values.get(key);
        if (value == null) {
            throw new IllegalStateException(key + " has no value");
        }
        return value;
    }

    private int integer(Key key) throws ConfigException {
        try {
            return Integer.parseInt(text(key).strip());
        } catch (NumberFormatException e) {
            throw bad(key, "a whole number");
        }
    }

    private boolean bool(Key key) throws ConfigException {
        return oneOf(key, "true", "false").equals("true");
    }

    private Duration duration(Key key) throws ConfigException {
        return Durations.parse(text(key).strip())
                .orElseThrow(() -> bad(key, "a duration such as 500ms, 30s, 5m or 24h"));
    }

    private Path path(Key key) throws ConfigException {
        try {
            return Path.of(text(key)).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw bad(key, "a path");
        }
    }

    private Optional<Path> optionalPath(Key key) throws ConfigException {
        return text(key).isBlank() ? Optional.empty() : Optional.of(path(key));
    }

    private Set<String> names(Key key) {
        return Arrays.stream(text(key).split(",", -1))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }

    private String oneOf(Key key, String... allowed) throws ConfigException {
        for (String one : allowed) {
            if (one.equalsIgnoreCase(text(key).strip())) {
                return one;
            }
        }
        throw bad(key, String.join(" or ", allowed));
    }

    private ConfigException bad(Key key, String allowed) {
        Value value = value(key);
        return new ConfigException(
                key.key() + " is \"" + value.text() + "\" (" + value.source() + "); it must be " + allowed);
    }
}
