package io.npuq.launcher.report;

import io.npuq.schema.JobKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A bound on what a client sees of an idle server (the service time), and whether it held.
 *
 * @param name what is bounded, on which device
 * @param bound the bound, for people
 * @param seen what was seen, for people; or how many samples are wanted
 * @param result {@code pass}, {@code fail} or {@code too few}
 */
public record Target(String name, String bound, String seen, String result) {
    private static final Duration SHORT_KINDS = Duration.ofSeconds(5);
    private static final Duration LONG_KINDS = Duration.ofSeconds(10);
    private static final Duration TAIL = Duration.ofSeconds(15);
    private static final Duration COLD = Duration.ofSeconds(15);

    /** All that the groups of a report say something of: kinds that are warm, their tail, and loads. */
    public static List<Target> of(Map<Group.Key, Group> groups) {
        List<Target> targets = new ArrayList<>();
        groups.forEach((key, group) -> {
            if (key.kind().isBounded()) {
                targets.addAll(key.cold() ? List.of(cold(key, group)) : List.of(warm(key, group), tail(key, group)));
            }
        });
        return targets;
    }

    private static Target warm(Group.Key key, Group group) {
        boolean isShort = key.kind() == JobKind.TITLE || key.kind() == JobKind.NOTIFICATION;
        return quantile(key, group, Quantile.P50, isShort ? SHORT_KINDS : LONG_KINDS, "<");
    }

    private static Target tail(Group.Key key, Group group) {
        return quantile(key, group, Quantile.P95, TAIL, "≤");
    }

    private static Target quantile(Group.Key key, Group group, Quantile quantile, Duration bound, String sign) {
        Distribution service = group.of(Measure.SERVICE);
        OptionalDouble seen = service.at(quantile);
        String name = key.text() + ": " + quantile.label();
        if (seen.isEmpty()) {
            String wanted = service.count() + " jobs; it wants " + quantile.samplesMin();
            return new Target(name, sign + " " + bound.toSeconds() + " s", wanted, "too few");
        }
        boolean held =
                sign.equals("<") ? seen.getAsDouble() < bound.toMillis() : seen.getAsDouble() <= bound.toMillis();
        return new Target(
                name, sign + " " + bound.toSeconds() + " s", seconds(seen.getAsDouble()), held ? "pass" : "fail");
    }

    /** Every load counts: there are few. */
    private static Target cold(Group.Key key, Group group) {
        double slowest = group.of(Measure.SERVICE).max().orElse(0);
        return new Target(
                key.text() + ": slowest",
                "≤ " + COLD.toSeconds() + " s",
                seconds(slowest) + " of " + group.jobs(),
                slowest <= COLD.toMillis() ? "pass" : "fail");
    }

    private static String seconds(double ms) {
        return String.format(Locale.ROOT, "%.2f s", ms / 1_000);
    }
}
