package io.npuq.launcher.config;

import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.EmbeddingConfig;
import io.npuq.schema.config.EngineConfig;
import io.npuq.schema.config.EngineConfig.NpuProperties;
import io.npuq.schema.config.HttpConfig;
import io.npuq.schema.config.NpuqConfig;
import io.npuq.schema.config.QueueConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The configuration of this start.
 *
 * @param npuq typed and checked
 * @param values the same with where each value comes from
 * @param warnings about what was given and is seldom meant, such as a variable that says nothing to npuq
 */
public record Configuration(NpuqConfig npuq, Values values, List<String> warnings) {
    /** The flag that names a configuration file. */
    public static final String FILE_FLAG = "--config";

    /** The variable that names a configuration file. */
    static final String FILE_ENV = "NPUQ_CONFIG";

    /**
     * Finds every value.
     *
     * @param flags what the command line gave, by the flags' names
     * @param environment the process's
     * @throws ConfigException for the first value that cannot be used
     */
    public static Configuration resolve(Map<String, String> flags, Map<String, String> environment)
            throws ConfigException {
        Environment.refuseMock(environment);
        Values values = Values.of(Layers.read(flags, environment));
        HttpConfig http = Access.http(values);
        NpuqConfig npuq = new NpuqConfig(
                values.get(Settings.HOME),
                http,
                queue(values),
                Store.of(values, environment),
                engine(values, environment),
                new EmbeddingConfig(
                        values.get(Settings.EMBEDDING_MODEL),
                        values.get(Settings.EMBEDDING_DEVICE),
                        Math.toIntExact(values.get(Settings.EMBEDDING_CACHE))),
                values.get(Settings.DRAIN_TIMEOUT),
                values.get(Settings.OTLP_ENDPOINT));
        return new Configuration(
                npuq,
                values,
                Stream.of(Environment.warnings(environment), Access.warnings(http))
                        .flatMap(List::stream)
                        .toList());
    }

    /** The file of API keys that flags and environment name, unread. */
    public static Optional<Path> apiKeysFile(Map<String, String> flags, Map<String, String> environment)
            throws ConfigException {
        Given file = Layers.read(flags, environment).find(Settings.API_KEYS_FILE);
        return Settings.API_KEYS_FILE
                .parse(file.text())
                .orElseThrow(() -> Values.refused(Settings.API_KEYS_FILE, file));
    }

    /** What of the access to the server is allowed, but seldom meant: a sentence each. */
    public List<String> accessWarnings() throws ConfigException {
        return Access.warnings(npuq.http());
    }

    /** The file of API keys; empty where nobody needs one. */
    public Optional<ApiKeysFile> apiKeys() {
        return values.get(Settings.API_KEYS_FILE).map(ApiKeysFile::new);
    }

    /** How much is logged; the given level where the user named none. */
    public LogLevel logLevel(LogLevel otherwise) {
        return values.isGiven(Settings.LOG_LEVEL) ? values.get(Settings.LOG_LEVEL) : otherwise;
    }

    /** Whether the user named a model, an OpenVINO or a device: then nothing else may take its place. */
    public boolean engineIsNamed() {
        return values.isGiven(Settings.MODEL)
                || values.isGiven(Settings.OPENVINO)
                || npuq.engine().device() != DeviceChoice.AUTO;
    }

    private static QueueConfig queue(Values values) {
        return new QueueConfig(
                values.get(Settings.DATA),
                values.get(Settings.QUEUED_JOBS),
                values.get(Settings.CLIENT_JOBS),
                values.get(Settings.QUEUED_BYTES),
                values.get(Settings.JOURNAL_BYTES),
                values.get(Settings.KEEP_INPUTS),
                values.get(Settings.RESULT_RETENTION),
                values.get(Settings.SPILL_AFTER));
    }

    private static List<DeviceChoice> lanes(Values values) throws ConfigException {
        List<DeviceChoice> named = values.get(Settings.LANES);
        if (!named.isEmpty()) {
            checkLanes(values, named);
            return named;
        }
        DeviceChoice main = values.get(Settings.DEVICE);
        String fallback = values.get(Settings.FALLBACK_DEVICE);
        boolean alone = fallback.equals(Settings.NONE) || main == DeviceChoice.BUILTIN || fallback.equals(main.wire());
        return alone ? List.of(main) : List.of(main, DeviceChoice.valueOf(fallback));
    }

    private static void checkLanes(Values values, List<DeviceChoice> named) throws ConfigException {
        for (Setting<?> other : List.of(Settings.DEVICE, Settings.FALLBACK_DEVICE)) {
            if (values.isGiven(other)) {
                throw new ConfigException(other.flag() + " and " + Settings.LANES.flag()
                        + " are both given, and say the same thing twice: leave one out");
            }
        }
        if (named.get(0) == DeviceChoice.REMOTE) {
            throw new ConfigException(Settings.LANES.flag()
                    + " begins with REMOTE; the first lane is the main one, and must be a device of this machine");
        }
        if (named.lastIndexOf(DeviceChoice.AUTO) > 0) {
            throw new ConfigException(
                    Settings.LANES.flag() + " has AUTO behind another device; it may only come first");
        }
    }

    private static EngineConfig engine(Values values, Map<String, String> environment) throws ConfigException {
        List<DeviceChoice> lanes = lanes(values);
        return new EngineConfig(
                values.get(Settings.MODEL),
                lanes,
                new NpuProperties(
                        Math.toIntExact(values.get(Settings.MAX_PROMPT_LEN)),
                        Math.toIntExact(values.get(Settings.MIN_RESPONSE_LEN)),
                        values.get(Settings.PREFILL_HINT),
                        values.get(Settings.GENERATE_HINT)),
                Math.toIntExact(values.get(Settings.TOKEN_LIMIT)),
                values.get(Settings.CACHE),
                values.get(Settings.INFERENCE_TIMEOUT),
                values.get(Settings.OPENVINO),
                values.get(Settings.BUSY_COUNTER),
                values.get(Settings.ENGINE_MEMORY),
                values.get(Settings.KEEP_ALIVE),
                values.get(Settings.QUARANTINE_MAX),
                Remote.of(values, lanes, environment));
    }
}
