package io.npuq.launcher.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.npuq.schema.Json;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** The forms of a latency report. */
public enum ReportFormat {
    /** A page that needs nothing else: no script, nothing loaded. */
    HTML,
    /** Every number, for programs; a percentile that wants more samples is null. */
    JSON,
    /** A line for each kind, device, and time; a percentile that wants more samples is empty. */
    CSV,
    /** Tables for a review. */
    MD;

    /** The report in this form. */
    public String write(LatencyReport report) {
        return switch (this) {
            case HTML -> LatencyPage.of(report);
            case JSON -> json(report);
            case CSV -> csv(report);
            case MD -> markdown(report);
        };
    }

    private static String markdown(LatencyReport report) {
        List<String> parts = new ArrayList<>(List.of(
                "# npuq: latency",
                "Jobs that ended from " + report.since() + " to " + report.until() + ": " + LatencyTables.states(report)
                        + ".",
                "## Targets",
                "The service time: all but the wait in the queue. Cold: the job waited for a load of its model, which counts.",
                LatencyTables.targets(report).markdown(),
                "## Times",
                LatencyTables.times(report).markdown(),
                LatencyTables.wanted(),
                "## Rates and proof",
                LatencyTables.rates(report).markdown()));
        if (!report.errors().isEmpty()) {
            parts.addAll(List.of("## Errors", LatencyTables.errors(report).markdown()));
        }
        return String.join("\n\n", parts) + "\n";
    }

    private static String csv(LatencyReport report) {
        StringWriter text = new StringWriter();
        CsvWriter csv = CsvWriter.builder()
                .lineDelimiter(LineDelimiter.LF)
                .bufferSize(0)
                .build(text);
        csv.writeRecord(
                "kind", "device", "cold", "time", "count", "p50_ms", "p90_ms", "p95_ms", "p99_ms", "mean_ms", "max_ms");
        report.groups().forEach((key, group) -> {
            for (Measure measure : Measure.values()) {
                csv.writeRecord(row(key, measure, group.of(measure)));
            }
        });
        return text.toString();
    }

    private static List<String> row(Group.Key key, Measure measure, Distribution times) {
        List<String> row = new ArrayList<>(List.of(
                key.kind().wire(),
                key.device(),
                Boolean.toString(key.cold()),
                measure.label(),
                Long.toString(times.count())));
        for (Quantile quantile : Quantile.values()) {
            row.add(Figures.plain(times.at(quantile)));
        }
        row.add(Figures.plain(times.mean()));
        row.add(Figures.plain(times.max()));
        return row;
    }

    private static String json(LatencyReport report) {
        ObjectNode json = Json.MAPPER
                .createObjectNode()
                .put("since", report.since().toString())
                .put("until", report.until().toString())
                .put("entries", report.entries());
        json.set("states", Json.MAPPER.valueToTree(report.states()));
        json.set("errors", Json.MAPPER.valueToTree(report.errors()));
        report.groups().forEach((key, group) -> json.withArray("groups").add(group(key, group)));
        Target.of(report.groups())
                .forEach(target -> json.withArray("targets").add(Json.MAPPER.<ObjectNode>valueToTree(target)));
        return json.toPrettyString() + "\n";
    }

    private static ObjectNode group(Group.Key key, Group group) {
        ObjectNode json = Json.MAPPER
                .createObjectNode()
                .put("kind", key.kind().wire())
                .put("device", key.device())
                .put("cold", key.cold())
                .put("jobs", group.jobs())
                .put("verified_share", group.verifiedShare());
        put(json, "tokens_per_second", group.tokensPerSecond());
        put(json, "npu_busy_ms", group.busyMs());
        put(json, "duty_ratio", group.dutyRatio());
        for (Measure measure : Measure.values()) {
            Distribution durations = group.of(measure);
            ObjectNode times = json.putObject(measure.label() + "_ms").put("count", durations.count());
            for (Quantile quantile : Quantile.values()) {
                put(times, quantile.label(), durations.at(quantile));
            }
            put(times, "mean", durations.mean());
            put(times, "max", durations.max());
        }
        return json;
    }

    private static void put(ObjectNode json, String name, OptionalDouble value) {
        if (value.isPresent()) {
            json.put(name, value.getAsDouble());
        } else {
            json.putNull(name);
        }
    }
}
