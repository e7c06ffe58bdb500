package io.npuq.launcher.config;

import static io.npuq.launcher.config.ValueTypes.duration;
import static io.npuq.launcher.config.ValueTypes.durationOrNever;
import static io.npuq.launcher.config.ValueTypes.modelNames;
import static io.npuq.launcher.config.ValueTypes.names;
import static io.npuq.launcher.config.ValueTypes.oneOf;
import static io.npuq.launcher.config.ValueTypes.optionalAddress;
import static io.npuq.launcher.config.ValueTypes.optionalPath;
import static io.npuq.launcher.config.ValueTypes.optionalPort;
import static io.npuq.launcher.config.ValueTypes.optionalSize;
import static io.npuq.launcher.config.ValueTypes.optionalText;
import static io.npuq.launcher.config.ValueTypes.path;
import static io.npuq.launcher.config.ValueTypes.someOf;
import static io.npuq.launcher.config.ValueTypes.text;
import static io.npuq.launcher.config.ValueTypes.wholeNumber;
import static io.npuq.launcher.config.ValueTypes.yesOrNo;

import io.npuq.schema.Limits;
import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.EngineConfig.NpuProperties;
import io.npuq.worker.setup.Setup;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** The one table of everything that can be configured, in the order in which help and documents show it. */
public final class Settings {
    /** The variable that holds the store's password, where no file does. */
    public static final String STORE_PASSWORD_VARIABLE = Store.PASSWORD_ENV;

    /** Stands for npuq's own directory in a default. */
    static final String HOME_MARK = "NPUQ_HOME";

    /** Less, and no JVM starts. */
    private static final long ENGINE_MEMORY_MIN_BYTES = 64 << 20;
    /** For no fallback device. */
    static final String NONE = "NONE";

    private static final int PORT_MAX = 65_535;
    private static final int TOKENS_MAX = 131_072;
    private static final long EMBEDDING_CACHE_MAX = 100_000;
    private static final long QUEUED_JOBS_MAX = 100_000_000;

    private static final ValueType<LogLevel> LEVEL =
            new ValueType<>("LEVEL", "one of error, warn, info, debug", LogLevel::find);

    static final Setting<Path> HOME = Setting.of(
            "home",
            path("DIR"),
            HOME_MARK,
            "npuq's own directory, for runtime, models, caches and data; the default lies where the system keeps a user's data");
    static final Setting<String> HOST = Setting.of(
                    "host", text("ADDRESS", "an address of this machine"), "127.0.0.1", "the address to listen on")
            .orNpuProxy("HOST");
    static final Setting<Long> PORT = Setting.of(
                    "port", wholeNumber("PORT", 0, PORT_MAX), "18820", "the port to listen on; 0 takes a free one")
            .orNpuProxy("PORT");
    static final Setting<OptionalInt> GRPC_PORT = Setting.of(
            "grpc_port",
            optionalPort(PORT_MAX),
            "",
            "the port to listen on for gRPC, the KServe v2 protocol; 0 takes a free one, none is off");
    static final Setting<Boolean> ALLOW_NONLOCAL = Setting.of(
            "allow_nonlocal", yesOrNo(), "false", "listen on an address that other machines reach; wants API keys");
    static final Setting<Set<String>> ALLOWED_HOSTS = Setting.of(
            "allowed_hosts",
            names("NAMES"),
            "",
            "names besides the local ones that a Host or Origin header may carry, by commas");
    /** Who may ask; also where {@code npuq keys} writes. */
    public static final Setting<Optional<Path>> API_KEYS_FILE = Setting.of(
            "api_keys_file",
            optionalPath("FILE"),
            "",
            "the file of API keys, one of which every request must carry; without one, whoever reaches the port may ask");

    static final Setting<Optional<Path>> TLS_CERT = Setting.of(
            "tls_cert", optionalPath("FILE"), "", "the server's certificate chain, in PEM, to serve https alone");
    static final Setting<Optional<Path>> TLS_KEY = Setting.of(
            "tls_key", optionalPath("FILE"), "", "the certificate's private key, in PEM, without a password");
    static final Setting<Boolean> CONTRACT_FALLBACK = Setting.of(
            "contract_fallback",
            yesOrNo(),
            "false",
            "the worker contract answers 200, not 503, when another device than the NPU ran the job");
    /** The directory of one host. */
    public static final Setting<Path> DATA =
            Setting.of("data", path("DIR"), HOME_MARK + "/data", "where the queue is kept; one npuq a directory");
    /** What hosts share. */
    public static final Setting<Optional<String>> STORE = Setting.of(
            "store",
            optionalText("URL", "postgresql://[user@]host[:port]/database[?option=value]"),
            "",
            "a PostgreSQL in which the queue is kept instead, so that several hosts share it; without one, it is kept in data");
    /** Where the password of {@link #STORE} is. */
    public static final Setting<Optional<Path>> STORE_PASSWORD_FILE = Setting.of(
            "store_password_file",
            optionalPath("FILE"),
            "",
            "a file with the password of the store's user; without one, the variable " + Store.PASSWORD_ENV
                    + " is read");

    static final Setting<Optional<String>> STORE_HOST_NAME = Setting.of(
            "store_host_name",
            optionalText("NAME", "a name"),
            "",
            "what this host is called in the store; without one, by the machine's own name");
    static final Setting<Long> QUEUED_JOBS = Setting.of(
            "queued_jobs_max",
            wholeNumber("N", 1, QUEUED_JOBS_MAX),
            Integer.toString(Limits.QUEUED_JOBS_MAX),
            "how many jobs may wait");
    static final Setting<Long> CLIENT_JOBS = Setting.of(
            "client_jobs_max",
            wholeNumber("N", 1, QUEUED_JOBS_MAX),
            Integer.toString(Limits.QUEUED_JOBS_MAX),
            "how many jobs of one client may wait");
    static final Setting<Long> QUEUED_BYTES = Setting.of(
            "queued_bytes_max",
            wholeNumber("BYTES", 1, Long.MAX_VALUE),
            Long.toString(Limits.QUEUED_BYTES_MAX),
            "how many bytes of inputs may wait");
    static final Setting<Long> JOURNAL_BYTES = Setting.of(
            "journal_bytes_max",
            wholeNumber("BYTES", 1, Long.MAX_VALUE),
            Long.toString(Limits.JOURNAL_BYTES_MAX),
            "how many bytes the journal may take, texts included, before jobs are refused");
    static final Setting<Boolean> KEEP_INPUTS = Setting.of(
            "keep_inputs",
            yesOrNo(),
            "false",
            "keep every input as long as results; otherwise only those of failed jobs, for a retry by hand");
    static final Setting<Duration> RESULT_RETENTION =
            Setting.of("result_retention", duration(true), "24h", "how long results are kept");
    static final Setting<String> MODEL = Setting.of(
                    "model",
                    text("DIR_OR_NAME", "a directory with a model, or the name of one in npuq's own directory"),
                    Setup.MODEL,
                    "a directory with an OpenVINO model, or the name of one under " + HOME_MARK
                            + "/models; the default, and those that npuq models --catalogue lists, are fetched when missing")
            .orNpuProxy("MODEL_PATH");
    static final Setting<DeviceChoice> DEVICE = Setting.of(
                    "device",
                    oneOf(DeviceChoice.ofMainLanes()),
                    "AUTO",
                    "what runs the model; AUTO takes the first of NPU, GPU, CPU that is there and loads it")
            .orNpuProxy("DEVICE");
    static final Setting<String> FALLBACK_DEVICE = Setting.of(
                    "fallback_device",
                    oneOf(NONE, "GPU", "CPU", "BUILTIN", "REMOTE"),
                    "CPU",
                    "what runs the jobs that the device cannot take, or not in time; it loads the model once more")
            .orNpuProxy("FALLBACK_DEVICE");
    static final Setting<List<DeviceChoice>> LANES = Setting.of(
            "lanes",
            someOf(DeviceChoice.class),
            "",
            "the device of each lane, the main one first, instead of device and fallback_device");
    static final Setting<Optional<URI>> REMOTE_URL = Setting.of(
            "remote_url",
            optionalAddress(),
            "",
            "the server of a REMOTE lane, by its OpenAI dialect; the texts of its jobs leave this machine");
    static final Setting<Map<String, String>> REMOTE_MODEL = Setting.of(
            "remote_model",
            modelNames(),
            "",
            "the model's name on that server; LOCAL=NAME, by commas, where it depends on the local model");
    static final Setting<Optional<Path>> REMOTE_KEY_FILE = Setting.of(
            "remote_key_file",
            optionalPath("FILE"),
            "",
            "a file with that server's API key; without one, the variable " + Remote.KEY_ENV + " is read");
    static final Setting<Long> TOKEN_LIMIT = Setting.of(
                    "token_limit",
                    wholeNumber("TOKENS", 1, TOKENS_MAX),
                    "1800",
                    "longest prompt that goes to the NPU, in tokens, where max_prompt_len allows longer ones")
            .orNpuProxy("TOKEN_LIMIT");
    static final Setting<Duration> SPILL_AFTER = Setting.of(
            "spill_after",
            duration(false),
            "20s",
            "how long a job may have to wait for the main lane before a fallback lane takes it");
    static final Setting<Duration> INFERENCE_TIMEOUT = Setting.of(
                    "inference_timeout", duration(false), "180s", "limit of one generation")
            .orNpuProxy("INFERENCE_TIMEOUT");
    static final Setting<Long> MAX_PROMPT_LEN = Setting.of(
                    "max_prompt_len",
                    wholeNumber("TOKENS", 1, TOKENS_MAX),
                    Integer.toString(NpuProperties.DEFAULT.maxPromptLen()),
                    "longest prompt that the model is compiled for on the NPU, in tokens")
            .orNpuProxy("MAX_PROMPT_LEN");
    static final Setting<Long> MIN_RESPONSE_LEN = Setting.of(
            "min_response_len",
            wholeNumber("TOKENS", 1, TOKENS_MAX),
            Integer.toString(NpuProperties.DEFAULT.minResponseLen()),
            "room for an answer that the model is compiled for on the NPU, in tokens");
    static final Setting<String> PREFILL_HINT = Setting.of(
            "prefill_hint",
            oneOf("DYNAMIC", "STATIC"),
            NpuProperties.DEFAULT.prefillHint(),
            "how the NPU's part that reads prompts is compiled");
    static final Setting<String> GENERATE_HINT = Setting.of(
            "generate_hint",
            oneOf("FAST_COMPILE", "BEST_PERF"),
            NpuProperties.DEFAULT.generateHint(),
            "how the NPU's part that writes answers is compiled");
    static final Setting<Path> CACHE =
            Setting.of("cache_dir", path("DIR"), HOME_MARK + "/cache/compiled", "where compiled models are kept");
    static final Setting<Optional<Path>> OPENVINO = Setting.of(
            "openvino",
            optionalPath("DIR"),
            "",
            "an OpenVINO of your own, with openvino-tokenizers; without one, npuq fetches its own");
    static final Setting<Optional<Path>> BUSY_COUNTER = Setting.of(
            "busy_counter", optionalPath("FILE"), "", "the NPU's busy counter; without one, npuq looks for it");
    static final Setting<Optional<String>> EMBEDDING_MODEL = Setting.of(
                    "embedding_model",
                    optionalText("DIR_OR_NAME", "a directory with a model, or the name of one in npuq's own directory"),
                    "",
                    "what makes embeddings: a directory with an OpenVINO encoder, or the name of one under " + HOME_MARK
                            + "/models; without one, embedding jobs are refused")
            .orNpuProxy("EMBEDDING_MODEL");
    static final Setting<String> EMBEDDING_DEVICE = Setting.of(
                    "embedding_device", oneOf("CPU", "GPU"), "CPU", "what runs the embedding model")
            .orNpuProxy("EMBEDDING_DEVICE");
    static final Setting<Long> EMBEDDING_CACHE = Setting.of(
                    "embedding_cache_size",
                    wholeNumber("N", 0, EMBEDDING_CACHE_MAX),
                    "1000",
                    "how many embeddings are kept in memory, so that the same text is answered at once")
            .orNpuProxy("EMBEDDING_CACHE_SIZE");
    static final Setting<OptionalLong> ENGINE_MEMORY = Setting.of(
            "engine_memory_max",
            optionalSize(ENGINE_MEMORY_MIN_BYTES),
            "",
            "the most memory that an engine's process may hold, watched on Linux; without one, three quarters of this machine's");

    static final Setting<Optional<Duration>> KEEP_ALIVE = Setting.of(
            "keep_alive",
            durationOrNever(),
            "never",
            "after so long without a job its model is freed, until the next job loads it again");

    static final Setting<Duration> QUARANTINE_MAX = Setting.of(
            "quarantine_max",
            duration(false),
            "2m",
            "how long at most a device is left alone after its engine hung or had to be ended");

    static final Setting<Optional<URI>> OTLP_ENDPOINT = Setting.of(
                    "otlp_endpoint",
                    optionalAddress(),
                    "",
                    "where traces of jobs are sent, by OpenTelemetry's protocol over HTTP; without one, none are made")
            .or("OTEL_EXPORTER_OTLP_ENDPOINT");

    static final Setting<Duration> DRAIN_TIMEOUT =
            Setting.of("drain_timeout", duration(true), "30s", "how long a stop waits for the running job");
    static final Setting<LogLevel> LOG_LEVEL = Setting.of(
                    "log_level", LEVEL, "info", "how much is logged, to standard error")
            .orNpuProxy("LOG_LEVEL");

    /** Of the server alone. */
    private static final List<Setting<?>> SERVER = List.of(
            HOST,
            PORT,
            GRPC_PORT,
            ALLOW_NONLOCAL,
            ALLOWED_HOSTS,
            API_KEYS_FILE,
            TLS_CERT,
            TLS_KEY,
            CONTRACT_FALLBACK,
            DATA,
            STORE,
            STORE_PASSWORD_FILE,
            STORE_HOST_NAME,
            QUEUED_JOBS,
            CLIENT_JOBS,
            QUEUED_BYTES,
            JOURNAL_BYTES,
            KEEP_INPUTS,
            RESULT_RETENTION,
            FALLBACK_DEVICE,
            LANES,
            SPILL_AFTER,
            REMOTE_URL,
            REMOTE_MODEL,
            REMOTE_KEY_FILE,
            EMBEDDING_MODEL,
            EMBEDDING_DEVICE,
            EMBEDDING_CACHE,
            DRAIN_TIMEOUT,
            OTLP_ENDPOINT,
            ENGINE_MEMORY,
            KEEP_ALIVE,
            QUARANTINE_MAX);

    /** All of them. */
    public static final List<Setting<?>> ALL = List.of(
            HOST,
            PORT,
            GRPC_PORT,
            DATA,
            STORE,
            STORE_PASSWORD_FILE,
            STORE_HOST_NAME,
            MODEL,
            DEVICE,
            FALLBACK_DEVICE,
            LANES,
            SPILL_AFTER,
            EMBEDDING_MODEL,
            EMBEDDING_DEVICE,
            EMBEDDING_CACHE,
            REMOTE_URL,
            REMOTE_MODEL,
            REMOTE_KEY_FILE,
            INFERENCE_TIMEOUT,
            DRAIN_TIMEOUT,
            CONTRACT_FALLBACK,
            ALLOW_NONLOCAL,
            ALLOWED_HOSTS,
            API_KEYS_FILE,
            TLS_CERT,
            TLS_KEY,
            QUEUED_JOBS,
            CLIENT_JOBS,
            QUEUED_BYTES,
            JOURNAL_BYTES,
            KEEP_INPUTS,
            RESULT_RETENTION,
            HOME,
            OPENVINO,
            CACHE,
            BUSY_COUNTER,
            ENGINE_MEMORY,
            KEEP_ALIVE,
            QUARANTINE_MAX,
            TOKEN_LIMIT,
            MAX_PROMPT_LEN,
            MIN_RESPONSE_LEN,
            PREFILL_HINT,
            GENERATE_HINT,
            OTLP_ENDPOINT,
            LOG_LEVEL);

    /** Those that matter without a server. */
    public static final List<Setting<?>> ENGINE =
            ALL.stream().filter(setting -> !SERVER.contains(setting)).toList();

    /** Those that say where the queue of one host is. */
    public static final List<Setting<?>> PLACE = List.of(DATA, HOME);

    /** Those that say where the queue is, of one host or of many. */
    public static final List<Setting<?>> LOG = List.of(DATA, STORE, STORE_PASSWORD_FILE, HOME);

    /** Those that say where the queue of one host is, what it keeps, and where it is to go. */
    public static final List<Setting<?>> MIGRATE =
            List.of(DATA, STORE, STORE_PASSWORD_FILE, STORE_HOST_NAME, KEEP_INPUTS, RESULT_RETENTION, HOME);

    /** That one alone which says where npuq keeps its files. */
    public static final List<Setting<?>> HOME_ONLY = List.of(HOME);

    private Settings() {}
}
