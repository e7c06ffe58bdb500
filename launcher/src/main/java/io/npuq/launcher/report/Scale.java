package io.npuq.launcher.report;

import java.util.ArrayList;
import java.util.List;

/** Where a value stands on an axis, from 0 to 1, and which values are named there. */
final class Scale {
    private static final double SECOND_MS = 1_000;

    private final boolean logarithmic;
    private final double low;
    private final double high;

    private Scale(boolean logarithmic, double low, double high) {
        this.logarithmic = logarithmic;
        this.low = low;
        this.high = high;
    }

    /** Decades of milliseconds that hold both. */
    static Scale decades(double lowestMs, double highestMs) {
        double low = Math.floor(Math.log10(Math.max(0.01, lowestMs)));
        double high = Math.ceil(Math.log10(Math.max(0.1, highestMs)));
        return new Scale(true, low, Math.max(low + 1, high));
    }

    /** From 0 to a round number above the highest. */
    static Scale linear(double highest) {
        double step = Math.pow(10, Math.floor(Math.log10(Math.max(1, highest))));
        return new Scale(false, 0, Math.max(1, Math.ceil(highest / step) * step));
    }

    double at(double value) {
        double place = logarithmic ? Math.log10(Math.max(Math.pow(10, low), value)) : value;
        return Math.max(0, Math.min(1, (place - low) / (high - low)));
    }

    /** Values that are named on the axis. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (logarithmic) {
            for (double power = low; power <= high; power++) {
                ticks.add(Math.pow(10, power));
            }
        } else {
            for (int i = 0; i <= 4; i++) {
                ticks.add(high * i / 4);
            }
        }
        return ticks;
    }

    static String time(double ms) {
        return ms >= SECOND_MS ? trimmed(ms / SECOND_MS) + " s" : trimmed(ms) + " ms";
    }

    static String trimmed(double value) {
        String text = Figures.fixed(value, value < 1 ? 2 : 1);
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }
}
