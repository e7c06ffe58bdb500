package io.npuq.launcher.config;

import io.npuq.schema.InvalidInputException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/** A moment on the command line: as it is written in the log, or so long ago. */
public final class PointInTime {
    private PointInTime() {}

    /**
     * The moment of that text.
     *
     * @param option whose value it is, for the message
     */
    public static Instant parse(String option, String text, Clock clock) {
        return Durations.parse(text).map(clock.instant()::minus).orElseGet(() -> {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeParseException e) {
                throw new InvalidInputException(
                        option,
                        option + " is \"" + text
                                + "\"; it must be a time such as 2026-01-02T03:04:05Z, or how long ago, such as 24h or 7d");
            }
        });
    }
}
