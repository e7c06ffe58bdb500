package io.npuq.launcher.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.Objects;

/** A latency report as a page that needs nothing else. */
final class LatencyPage {
    private LatencyPage() {}

    static String of(LatencyReport report) {
        StringBuilder page = new StringBuilder();
        page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<title>npuq: latency</title>\n<style>\n")
                .append(style())
                .append("</style>\n</head>\n<body>\n<main>\n<h1>npuq: latency</h1>\n<p>Jobs that ended from ")
                .append(report.since().truncatedTo(ChronoUnit.SECONDS))
                .append(" to ")
                .append(report.until().truncatedTo(ChronoUnit.SECONDS))
                .append(": ")
                .append(Html.escape(LatencyTables.states(report)))
                .append(". Out of a request log of ")
                .append(report.entries())
                .append(" entries.</p>\n");
        section(
                page,
                "Targets",
                "The service time: all but the wait in the queue. Cold: the job waited for a load of its model, which counts.");
        page.append(LatencyTables.targets(report).html());
        section(page, "Distributions", "");
        page.append(LatencyPlots.distribution(report, Measure.SERVICE, "Service time"))
                .append(LatencyPlots.distribution(report, Measure.TIME_TO_FIRST_TOKEN, "Time to the first token"))
                .append(LatencyPlots.distribution(report, Measure.QUEUE_WAIT, "Wait in the queue"));
        section(page, "Over time", "Times are in UTC.");
        page.append(LatencyPlots.waits(report)).append(LatencyPlots.depth(report));
        section(
                page,
                "Proof",
                "A job is proven to be the NPU's when OpenVINO says so and the busy counter grew meanwhile.");
        page.append(LatencyPlots.busy(report))
                .append(LatencyTables.rates(report).html());
        section(page, "Times", LatencyTables.wanted());
        page.append(LatencyTables.times(report).html());
        if (!report.errors().isEmpty()) {
            section(page, "Errors", "");
            page.append(LatencyTables.errors(report).html());
        }
        return page.append("</main>\n</body>\n</html>\n").toString();
    }

    private static void section(StringBuilder page, String title, String text) {
        page.append("<h2>").append(title).append("</h2>\n");
        if (!text.isEmpty()) {
            page.append("<p>").append(Html.escape(text)).append("</p>\n");
        }
    }

    private static String style() {
        try (InputStream in =
                Objects.requireNonNull(LatencyPage.class.getResourceAsStream("report.css"), "report.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
