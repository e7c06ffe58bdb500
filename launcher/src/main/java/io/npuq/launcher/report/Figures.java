package io.npuq.launcher.report;

import java.util.Locale;
import java.util.OptionalDouble;

/** Numbers as people read them, and as programs do. */
final class Figures {
    private static final double SECOND_MS = 1_000;

    private Figures() {}

    /** Milliseconds, in seconds from one on. */
    static String time(OptionalDouble ms) {
        if (ms.isEmpty()) {
            return Table.TOO_FEW;
        }
        double value = ms.getAsDouble();
        return value >= SECOND_MS ? fixed(value / SECOND_MS, 2) + " s" : fixed(value, value < 10 ? 2 : 1) + " ms";
    }

    static String percent(double share) {
        return fixed(share * 100, 1) + " %";
    }

    static String fixed(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** For programs: a number, or nothing. */
    static String plain(OptionalDouble value) {
        return value.isPresent() ? fixed(value.getAsDouble(), 3) : "";
    }
}
