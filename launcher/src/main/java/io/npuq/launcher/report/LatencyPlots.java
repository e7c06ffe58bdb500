package io.npuq.launcher.report;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** The plots of a latency report. */
final class LatencyPlots {
    private static final int TIME_TICKS = 6;
    private static final Duration DAY_AND_HALF = Duration.ofHours(36);

    private LatencyPlots() {}

    /** Share of jobs that took no longer. Each kind on a device has a colour; those of its jobs that waited for a load are dashed. */
    static String distribution(LatencyReport report, Measure measure, String title) {
        double lowest = Double.MAX_VALUE;
        double highest = 0;
        for (Group group : report.groups().values()) {
            List<Distribution.Point> curve = group.of(measure).curve();
            if (group.of(measure).count() > 0) {
                lowest = Math.min(lowest, curve.get(0).ms());
                highest = Math.max(highest, curve.get(curve.size() - 1).ms());
            }
        }
        if (highest == 0) {
            return nothing(title);
        }
        Scale x = Scale.decades(lowest, highest);
        Plot plot = new Plot(title);
        x.ticks().forEach(tick -> plot.tickX(x.at(tick), Scale.time(tick)));
        for (int percent = 0; percent <= 100; percent += 25) {
            plot.tickY(percent / 100.0, percent + " %");
        }
        Map<String, Integer> colours = new HashMap<>();
        for (var entry : report.groups().entrySet()) {
            Group.Key key = entry.getKey();
            Distribution durations = entry.getValue().of(measure);
            if (durations.count() > 0) {
                List<Plot.Point> points = new ArrayList<>();
                durations.curve().forEach(point -> points.add(new Plot.Point(x.at(point.ms()), point.share())));
                int colour = colours.computeIfAbsent(key.kind() + " " + key.device(), first -> colours.size());
                plot.line(points, colour, key.cold(), key.text() + " (" + durations.count() + ")");
            }
        }
        return plot.axes("time", "share of jobs").html();
    }

    /** Means and longest waits: so few jobs end in a step that a percentile would say nothing. */
    static String waits(LatencyReport report) {
        Course course = report.course();
        String title = "Wait in the queue over time, by when the jobs ended";
        double highest = 0;
        for (int i = 0; i < course.steps(); i++) {
            highest = Math.max(highest, course.waits(i).max().orElse(0));
        }
        if (highest == 0) {
            return nothing(title);
        }
        Scale y = Scale.decades(1, highest);
        Plot plot = overTime(report, new Plot(title));
        y.ticks().forEach(tick -> plot.tickY(y.at(tick), Scale.time(tick)));
        plot.line(points(course, true, i -> y.at(course.waits(i).max().orElse(0))), 1, false, "longest");
        plot.line(points(course, true, i -> y.at(course.waits(i).mean().orElse(0))), 0, false, "mean");
        return plot.axes("", "wait").html();
    }

    static String depth(LatencyReport report) {
        Course course = report.course();
        double highest = 0;
        for (int i = 0; i < course.steps(); i++) {
            highest = Math.max(highest, (double) course.deepest(i));
        }
        Scale y = Scale.linear(highest);
        Plot plot = overTime(report, new Plot("Jobs in the queue over time, at most"));
        y.ticks().forEach(tick -> plot.tickY(y.at(tick), Scale.trimmed(tick)));
        plot.line(points(course, false, i -> y.at((double) course.deepest(i))), 0, false, "waiting jobs");
        return plot.axes("", "jobs").html();
    }

    static String busy(LatencyReport report) {
        String title = "Growth of the NPU's busy counter against the time of generation";
        BusyCells cells = report.busy();
        if (cells.isEmpty()) {
            return "<figure><figcaption>" + title
                    + "</figcaption><p class=\"none\">The counter was read for no job of this time: there was none that could be read, or"
                    + " no job ran on an NPU.</p></figure>\n";
        }
        double[] range = {Double.MAX_VALUE, -Double.MAX_VALUE, 0};
        cells.forEach((x, y, jobs) -> {
            range[0] = Math.min(range[0], Math.min(x, y));
            range[1] = Math.max(range[1], Math.max(x, y) + 0.1);
            range[2] = Math.max(range[2], (double) jobs);
        });
        Scale scale = Scale.decades(Math.pow(10, range[0]), Math.pow(10, range[1]));
        Plot plot = new Plot(title);
        scale.ticks()
                .forEach(tick -> plot.tickX(scale.at(tick), Scale.time(tick)).tickY(scale.at(tick), Scale.time(tick)));
        cells.forEach((x, y, jobs) -> {
            double left = scale.at(Math.pow(10, x));
            double low = scale.at(Math.pow(10, y));
            double side = scale.at(Math.pow(10, x + 0.1)) - left;
            plot.cell(left, low, side, side, 0.25 + 0.75 * Math.log1p((double) jobs) / Math.log1p(range[2]));
        });
        plot.line(0, 0, 1, 1, "whole");
        return plot.axes("time of generation", "growth of the counter").html();
    }

    private static List<Plot.Point> points(Course course, boolean onlyWithJobs, IntToDoubleFunction height) {
        List<Plot.Point> points = new ArrayList<>();
        for (int i = 0; i < course.steps(); i++) {
            if (!onlyWithJobs || course.waits(i).count() > 0) {
                points.add(new Plot.Point((i + 0.5) / course.steps(), height.applyAsDouble(i)));
            }
        }
        return points;
    }

    private static Plot overTime(LatencyReport report, Plot plot) {
        boolean withDay = Duration.between(report.since(), report.until()).compareTo(DAY_AND_HALF) > 0;
        DateTimeFormatter format = DateTimeFormatter.ofPattern(withDay ? "d MMM HH:mm" : "HH:mm", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC);
        Course course = report.course();
        for (int i = 0; i <= TIME_TICKS; i++) {
            plot.tickX(i / (double) TIME_TICKS, format.format(course.at(course.steps() * i / TIME_TICKS)));
        }
        return plot;
    }

    private static String nothing(String title) {
        return "<figure><figcaption>" + Html.escape(title)
                + "</figcaption><p class=\"none\">No job of this time has such a number.</p></figure>\n";
    }
}
