package io.npuq.api.reports;

import io.npuq.api.http.Answer;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.Query;
import io.npuq.api.http.Routes;
import io.npuq.api.http.Text;
import io.npuq.schema.InvalidInputException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code GET /v1/reports/latency}: one at a time, for it reads the whole request log. */
public final class ReportsApi {
    private static final Logger LOG = LoggerFactory.getLogger(ReportsApi.class);
    private static final int OK = 200;
    private static final int CONFLICT = 409;
    private static final int UNAVAILABLE = 503;
    private static final Duration RANGE = Duration.ofHours(24);

    /** A report in HTML is a file to keep: as a page of this server it could not have its style, by the policy of all pages here. */
    private static final Map<String, String> AS_FILE = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; sandbox",
            "X-Content-Type-Options",
            "nosniff",
            "Cache-Control",
            "no-store");

    private final LatencyReports reports;
    private final Clock clock;
    private boolean making;

    /**
     * Serves these reports.
     *
     * @param clock to say what "until now" is
     */
    public ReportsApi(LatencyReports reports, Clock clock) {
        this.reports = reports;
        this.clock = clock;
    }

    /** Adds the route. */
    public void addTo(Routes routes) {
        routes.at("/v1/reports/latency").get(this::latency);
    }

    private Future<Answer> latency(Exchange exchange) {
        Query asked = exchange.query("since", "until", "format");
        Instant until = asked.text("until").map(text -> time("until", text)).orElseGet(clock::instant);
        Instant since = asked.text("since").map(text -> time("since", text)).orElseGet(() -> until.minus(RANGE));
        InvalidInputException.check(since.isBefore(until), "since", "since must be before until");
        LatencyReports.Form form = form(asked.text("format"));
        if (making) {
            throw new ProblemException(
                    Problem.of(CONFLICT, "report_running", "another report is being made; try again when it is done")
                            .with(Map.of("Retry-After", "2")));
        }
        LatencyReports.Making report = reports.begin(since, until, form);
        making = true;
        exchange.whenGone(report::close);
        return exchange.onContext(report.report())
                .onComplete(done -> making = false)
                .recover(
                        failure -> exchange.isOver() ? Promise.<byte[]>promise().future() : failed(failure))
                .map(bytes -> Answer.of(OK, form.contentType(), bytes)
                        .with(AS_FILE)
                        .with("Content-Disposition", "attachment; filename=\"npuq-latency." + name(form) + "\""));
    }

    /** The log may be damaged, or the machine short of memory: neither is the client's doing, nor a bug. */
    private static Future<byte[]> failed(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        LOG.warn("a latency report could not be made: {}", String.valueOf(cause.getMessage()));
        return Future.failedFuture(new ProblemException(
                Problem.of(UNAVAILABLE, "report_failed", "the report could not be made; the log of npuq says why")
                        .with(Map.of("Retry-After", "60"))));
    }

    private static Instant time(String name, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new InvalidInputException(
                    name, name + " is " + Text.echo(text) + "; it must be a time such as 2026-01-02T03:04:05Z");
        }
    }

    private static LatencyReports.Form form(Optional<String> asked) {
        return asked.map(text -> Stream.of(LatencyReports.Form.values())
                        .filter(known -> name(known).equals(text))
                        .findFirst()
                        .orElseThrow(() -> new InvalidInputException("format", "format must be json, html, csv or md")))
                .orElse(LatencyReports.Form.JSON);
    }

    private static String name(LatencyReports.Form form) {
        return form.name().toLowerCase(Locale.ROOT);
    }
}
