package io.npuq.api.batch;

import io.npuq.schema.InvalidInputException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times that a client gives a batch and its files. */
final class Windows {
    private static final Pattern WINDOW = Pattern.compile("([1-9][0-9]{0,5})([smhd])");

    private Windows() {}

    /** A completion window, such as {@code 24h}. */
    static Duration parse(String text) {
        Matcher matcher = WINDOW.matcher(text);
        Duration window = matcher.matches()
                ? of(Integer.parseInt(matcher.group(1)), matcher.group(2).charAt(0))
                : Duration.ZERO;
        InvalidInputException.check(
                !window.isZero() && window.compareTo(BatchLimits.WINDOW_MAX) <= 0,
                "completion_window",
                "completion_window must be a whole number and s, m, h or d, such as 24h, of at most 7 days");
        return window;
    }

    private static Duration of(int number, char unit) {
        return switch (unit) {
            case 's' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMinutes(number);
            case 'h' -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /** The lifetime that a client wants a file to have. */
    static Duration expiresAfter(String anchor, long seconds, String field) {
        InvalidInputException.check(
                anchor.equals("created_at"), field + ".anchor", field + ".anchor must be created_at");
        long min = BatchLimits.EXPIRES_AFTER_MIN.toSeconds();
        long max = BatchLimits.EXPIRES_AFTER_MAX.toSeconds();
        InvalidInputException.check(
                seconds >= min && seconds <= max,
                field + ".seconds",
                field + ".seconds must be from " + min + " to " + max);
        return Duration.ofSeconds(seconds);
    }
}
