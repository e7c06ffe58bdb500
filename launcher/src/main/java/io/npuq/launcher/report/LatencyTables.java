package io.npuq.launcher.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The numbers of a latency report in tables. */
final class LatencyTables {
    private LatencyTables() {}

    static Table targets(LatencyReport report) {
        return new Table(
                List.of("target", "bound", "seen", "result"),
                Target.of(report.groups()).stream()
                        .map(target -> List.of(target.name(), target.bound(), target.seen(), target.result()))
                        .toList());
    }

    static Table times(LatencyReport report) {
        List<String> head = new ArrayList<>(List.of("jobs", "time", "count"));
        for (Quantile quantile : Quantile.values()) {
            head.add(quantile.label());
        }
        head.add("max");
        List<List<String>> rows = new ArrayList<>();
        report.groups().forEach((key, group) -> {
            for (Measure measure : Measure.values()) {
                rows.add(times(key, measure, group.of(measure)));
            }
        });
        return new Table(head, rows);
    }

    private static List<String> times(Group.Key key, Measure measure, Distribution durations) {
        List<String> row = new ArrayList<>(
                List.of(key.text(), measure.label().replace('_', ' '), Long.toString(durations.count())));
        for (Quantile quantile : Quantile.values()) {
            row.add(Figures.time(durations.at(quantile)));
        }
        row.add(durations.count() == 0 ? "-" : Figures.time(durations.max()));
        return row;
    }

    static Table rates(LatencyReport report) {
        List<List<String>> rows = new ArrayList<>();
        report.groups()
                .forEach((key, group) -> rows.add(List.of(
                        key.text(),
                        Long.toString(group.jobs()),
                        group.tokensPerSecond().isPresent()
                                ? Figures.fixed(group.tokensPerSecond().getAsDouble(), 1)
                                : "-",
                        group.busyMs().isPresent()
                                ? Figures.time(group.busyMs()) + " in " + group.counted()
                                : "not read",
                        group.dutyRatio().isPresent()
                                ? Figures.percent(group.dutyRatio().getAsDouble())
                                : "-",
                        Figures.percent(group.verifiedShare()))));
        return new Table(
                List.of("jobs", "count", "tokens/s", "busy counter", "duty ratio", "proven to be the NPU's"), rows);
    }

    static Table errors(LatencyReport report) {
        return new Table(
                List.of("kind and error", "jobs"),
                report.errors().entrySet().stream()
                        .map(error -> List.of(error.getKey(), Long.toString(error.getValue())))
                        .toList());
    }

    /** Such as {@code 12 succeeded, 1 failed}. */
    static String states(LatencyReport report) {
        Map<String, Long> states = report.states();
        return states.isEmpty()
                ? "no job ended"
                : states.entrySet().stream()
                        .map(state -> state.getValue() + " " + state.getKey())
                        .collect(Collectors.joining(", "));
    }

    static String wanted() {
        List<String> wanted = new ArrayList<>();
        for (Quantile quantile : Quantile.values()) {
            wanted.add(quantile.label() + " " + quantile.samplesMin());
        }
        return "\"" + Table.TOO_FEW + "\": a percentile wants so many jobs: " + String.join(", ", wanted) + ".";
    }
}
