package io.npuq.launcher.config;

/** A setting has a bad value. The message is one line: name, value, what is allowed. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says what is wrong. */
    public ConfigException(String message) {
        super(message);
    }
}
