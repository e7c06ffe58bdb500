package io.npuq.launcher;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The log: a line an event on standard error, npuq's own and its libraries' alike. */
public final class Logging {
    private static final Map<String, Level> LEVELS =
            Map.of("error", Level.SEVERE, "warn", Level.WARNING, "info", Level.INFO, "debug", Level.FINE);

    private Logging() {}

    /** Sets the level, one of {@code error}, {@code warn}, {@code info}, {@code debug}; libraries say no more than warnings. */
    public static void configure(String level) {
        LogManager.getLogManager().reset();
        Level wanted = LEVELS.getOrDefault(level.toLowerCase(Locale.ROOT), Level.INFO);
        ConsoleHandler handler = new ConsoleHandler();
        handler.setLevel(Level.ALL);
        handler.setFormatter(new Line());
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        root.setLevel(wanted.intValue() < Level.WARNING.intValue() ? Level.WARNING : wanted);
        NPUQ.setLevel(wanted);
    }

    /** Held here, for the log manager forgets loggers that nobody holds, and their levels with them. */
    private static final Logger NPUQ = Logger.getLogger("io.npuq");

    private static final class Line extends Formatter {
        private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                        "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                .withZone(ZoneOffset.UTC);

        @Override
        public String format(LogRecord event) {
            String name = String.valueOf(event.getLoggerName());
            String head = TIME.format(event.getInstant()) + " " + word(event.getLevel()) + " "
                    + name.substring(name.lastIndexOf('.') + 1) + ": " + formatMessage(event) + "\n";
            Throwable thrown = event.getThrown();
            if (thrown == null) {
                return head;
            }
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            return head + trace;
        }

        private static String word(Level level) {
            return level.intValue() >= Level.SEVERE.intValue()
                    ? "ERROR"
                    : level.intValue() >= Level.WARNING.intValue()
                            ? "WARN "
                            : level.intValue() >= Level.INFO.intValue() ? "INFO " : "DEBUG";
        }
    }
}
