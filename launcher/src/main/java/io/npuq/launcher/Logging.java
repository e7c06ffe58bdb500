package io.npuq.launcher;

import io.npuq.launcher.config.LogLevel;

/**
 * The log: a line an event on standard error, npuq's own and its libraries' alike, through slf4j-simple. Unlike the JDK's logging it has
 * no shutdown hook of its own, so that a stop is logged to its end.
 */
public final class Logging {
    private static final String PREFIX = "org.slf4j.simpleLogger.";

    private Logging() {}

    /** Sets the level; libraries say no more than warnings. To be called before the first logger is made. */
    public static void configure(LogLevel level) {
        LogLevel ofLibraries = level == LogLevel.ERROR ? LogLevel.ERROR : LogLevel.WARN;
        System.setProperty(PREFIX + "defaultLogLevel", ofLibraries.word());
        System.setProperty(PREFIX + "log.io.npuq", level.word());
        // A store that is gone is said once, by the queue; its pool would say so for each connection.
        System.setProperty(PREFIX + "log.com.zaxxer.hikari", LogLevel.ERROR.word());
        System.setProperty(PREFIX + "showDateTime", "true");
        System.setProperty(PREFIX + "dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX");
        System.setProperty(PREFIX + "showThreadName", "false");
        System.setProperty(PREFIX + "showShortLogName", "true");
    }
}
