package io.npuq.launcher.config;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as people write them: {@code 500ms}, {@code 180s}, {@code 5m}, {@code 24h}, {@code 7d}. */
public final class Durations {
    /** What is allowed, as the end of a sentence that begins with "it must be". */
    public static final String ALLOWED = "a duration such as 500ms, 180s, 5m, 24h or 7d";

    private static final Pattern FORM = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)?");
    private static final Map<String, Duration> UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));

    private Durations() {}

    /** A number without a unit is of seconds; empty for what is no duration. */
    public static Optional<Duration> parse(String text) {
        Matcher parts = FORM.matcher(text);
        return parts.matches()
                ? Optional.of(unit(parts.group(2)).multipliedBy(Long.parseLong(parts.group(1))))
                : Optional.empty();
    }

    private static Duration unit(@Nullable String name) {
        return name == null ? Duration.ofSeconds(1) : Objects.requireNonNull(UNITS.get(name));
    }
}
