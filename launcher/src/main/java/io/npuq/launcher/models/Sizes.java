package io.npuq.launcher.models;

import java.util.Locale;

/** Numbers of bytes, for people. */
public final class Sizes {
    private static final double STEP = 1_000;
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

    private Sizes() {}

    /** Such as {@code 631 MB} or {@code 2.3 GB}. */
    public static String of(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= STEP && unit < UNITS.length - 1) {
            value /= STEP;
            unit++;
        }
        String form = unit >= 3 ? "%.1f %s" : "%.0f %s";
        return String.format(Locale.ROOT, form, value, UNITS[unit]);
    }
}
