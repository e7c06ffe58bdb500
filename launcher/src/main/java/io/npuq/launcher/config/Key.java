package io.npuq.launcher.config;

import java.util.Locale;
import java.util.Optional;

/**
 * Every setting, once: flag, environment name, key in the file, documentation and {@code --print-config} all come from here. Adding one
 * means adding a constant, and its place in {@link Settings#config}.
 */
public enum Key {
    /** npuq's own directory; its default depends on the system. */
    HOME("", "npuq's own directory: runtime, models, caches and, by default, data"),
    /** Address to bind. */
    HOST("127.0.0.1", "address to listen on", "HOST"),
    /** Port to bind. */
    PORT("18820", "port to listen on; 0 takes a free one", "PORT"),
    /** Names that a Host header may carry. */
    ALLOWED_HOSTS("", "names besides the local ones that a Host header may carry, separated by commas"),
    /** Data directory; its default is under home. */
    DATA("", "data directory of the queue; one npuq a directory"),
    /** Model directory or name. */
    MODEL(
            "smollm2-135m-instruct",
            "a directory with an OpenVINO model, or the name of one in npuq's directory",
            "MODEL_PATH"),
    /** Device of the main lane. */
    DEVICE("AUTO", "AUTO (the first of NPU, GPU, CPU that loads the model), NPU, GPU, CPU or BUILTIN", "DEVICE"),
    /** The user's own OpenVINO. */
    OPENVINO("", "an OpenVINO install of your own: the unpacked archive, or a directory with its wheels' content"),
    /** Compiled models. */
    CACHE_DIR("", "where compiled models are kept"),
    /** Limit of one generation. */
    INFERENCE_TIMEOUT("180s", "limit of one generation", "INFERENCE_TIMEOUT"),
    /** Limit of a drain. */
    DRAIN_TIMEOUT("30s", "how long a stop waits for the running job"),
    /** NPU prompt limit. */
    MAX_PROMPT_LEN("1024", "longest prompt on the NPU, in tokens", "MAX_PROMPT_LEN"),
    /** NPU answer room. */
    MIN_RESPONSE_LEN("64", "room for the answer on the NPU, in tokens"),
    /** NPU prefill hint. */
    PREFILL_HINT("DYNAMIC", "how the NPU compiles the prompt's part: DYNAMIC or STATIC"),
    /** NPU generate hint. */
    GENERATE_HINT("FAST_COMPILE", "how the NPU compiles the answer's part: FAST_COMPILE or BEST_PERF"),
    /** Busy counter. */
    BUSY_COUNTER("", "the NPU's busy counter; looked for when empty"),
    /** Worker contract. */
    CONTRACT_FALLBACK("false", "answer the worker contract with 200 when another device than the NPU ran the job"),
    /** Queue depth. */
    QUEUED_JOBS_MAX("1000000", "how many jobs may wait"),
    /** Inputs. */
    KEEP_INPUTS("false", "keep inputs after their jobs have ended"),
    /** Results. */
    RESULT_RETENTION("24h", "how long results are kept"),
    /** Log level. */
    LOG_LEVEL("info", "error, warn, info or debug", "LOG_LEVEL");

    private final String defaultText;
    private final String description;
    private final Optional<String> npuProxyName;

    Key(String defaultText, String description) {
        this(defaultText, description, Optional.empty());
    }

    Key(String defaultText, String description, String npuProxyName) {
        this(defaultText, description, Optional.of("NPU_PROXY_" + npuProxyName));
    }

    Key(String defaultText, String description, Optional<String> npuProxyName) {
        this.defaultText = defaultText;
        this.description = description;
        this.npuProxyName = npuProxyName;
    }

    /** Its name in the file and in messages. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its flag. */
    public String flag() {
        return "--" + key().replace('_', '-');
    }

    /** Its environment name. */
    public String environmentName() {
        return "NPUQ_" + name();
    }

    /** The environment name of the npu-proxy specification that means the same. */
    public Optional<String> npuProxyName() {
        return npuProxyName;
    }

    /** Its default; empty where it depends on other settings or on the system. */
    public String defaultText() {
        return defaultText;
    }

    /** What it is, for {@code --help}. */
    public String description() {
        return description;
    }

    /** Whether the flag alone switches it on. */
    public boolean isSwitch() {
        return defaultText.equals("false");
    }
}
