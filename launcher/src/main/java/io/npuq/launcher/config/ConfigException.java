package io.npuq.launcher.config;

/** A value that cannot be used. The message is one line: which setting, where it was given, its value, what is allowed. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong and what is allowed. */
    public ConfigException(String message) {
        super(message);
    }

    /** Says what is wrong and what is allowed, and keeps the cause. */
    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
