package io.npuq.launcher.config;

import java.util.Locale;
import java.util.Optional;

/**
 * One thing that can be configured.
 *
 * @param name its name in a file; the flag and the environment variable are made of it
 * @param type how its text becomes a value
 * @param defaultText its value where nobody gives one; {@link Settings#HOME_MARK} stands for npuq's own directory
 * @param otherEnv a variable by which others know it, npu-proxy or a standard; empty where none means the same
 * @param description for the help and the documents: one sentence without a full stop
 */
public record Setting<T>(
        String name, ValueType<T> type, String defaultText, Optional<String> otherEnv, String description) {
    /** How the names of npu-proxy's variables begin. */
    static final String NPU_PROXY = "NPU_PROXY_";

    static <T> Setting<T> of(String name, ValueType<T> type, String defaultText, String description) {
        return new Setting<>(name, type, defaultText, Optional.empty(), description);
    }

    Setting<T> orNpuProxy(String other) {
        return or(NPU_PROXY + other);
    }

    Setting<T> or(String variable) {
        return new Setting<>(name, type, defaultText, Optional.of(variable), description);
    }

    /** The flag, such as {@code --inference-timeout}. */
    public String flag() {
        return "--" + name.replace('_', '-');
    }

    /** The environment variable, such as {@code NPUQ_INFERENCE_TIMEOUT}. */
    public String env() {
        return "NPUQ_" + name.toUpperCase(Locale.ROOT);
    }

    /** What stands for the value in a usage line. */
    public String label() {
        return type.label();
    }

    /** Whether it is a yes or no, so that its flag alone says yes. */
    public boolean isSwitch() {
        return type.label().equals("BOOLEAN");
    }

    /** Whether its description says all there is to say of its default. */
    public boolean describesItsDefault() {
        return defaultText.isEmpty() || defaultText.equals(Settings.HOME_MARK);
    }

    /** The value of this text; empty when it is not allowed. */
    Optional<T> parse(String text) {
        return type.parser().apply(text);
    }
}
