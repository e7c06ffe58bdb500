package io.npuq.launcher.config;

import java.util.Locale;
import java.util.Optional;

/** How much is logged. */
public enum LogLevel {
    /** What went wrong. */
    ERROR,
    /** Also what may go wrong. */
    WARN,
    /** Also what happens: starts, loads, requests. */
    INFO,
    /** Also how. */
    DEBUG;

    /** As files and flags write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The level of that name, in whatever case; npu-proxy has Python's names. */
    static Optional<LogLevel> find(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "error", "critical" -> Optional.of(ERROR);
            case "warn", "warning" -> Optional.of(WARN);
            case "info" -> Optional.of(INFO);
            case "debug" -> Optional.of(DEBUG);
            default -> Optional.empty();
        };
    }
}
