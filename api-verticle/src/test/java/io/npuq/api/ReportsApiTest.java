package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.api.reports.LatencyReports;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reports over HTTP; what they say is the launcher's to test. */
class ReportsApiTest {
    private static final String PATH = "/v1/reports/latency";

    private TestApi api;

    @BeforeEach
    void start() {
        api = new TestApi();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private CompletableFuture<HttpResponse<String>> ask(String query) {
        return CompletableFuture.supplyAsync(() -> api.get(PATH + query));
    }

    @Test
    void reportIsMadeOfTheRangeAndSentAsAFile() {
        CompletableFuture<HttpResponse<String>> answer =
                ask("?since=2026-11-01T00:00:00Z&until=2026-11-02T00:00:00%2B01:00&format=html");
        TestReports.Asked report = api.reports.next();
        assertEquals(Instant.parse("2026-11-01T00:00:00Z"), report.since());
        assertEquals(Instant.parse("2026-11-01T23:00:00Z"), report.until());
        assertEquals(LatencyReports.Form.HTML, report.form());
        report.making().complete("<p>".getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> file = answer.join();
        assertEquals("<p>", file.body());
        assertEquals(
                "attachment; filename=\"npuq-latency.html\"",
                file.headers().firstValue("Content-Disposition").orElseThrow());
        assertEquals(
                "default-src 'none'; sandbox",
                file.headers().firstValue("Content-Security-Policy").orElseThrow());
    }

    @Test
    void lastDayIsReportedAsJsonWhereNothingIsSaid() {
        CompletableFuture<HttpResponse<String>> answer = ask("");
        TestReports.Asked report = api.reports.next();
        assertEquals(LatencyReports.Form.JSON, report.form());
        assertEquals(report.until().minusSeconds(86_400), report.since());
        report.making().complete("{}".getBytes(StandardCharsets.UTF_8));
        assertEquals(200, answer.join().statusCode());
    }

    @Test
    void oneIsMadeAtATimeAndTheNextOneOnceThatIsDone() {
        CompletableFuture<HttpResponse<String>> first = ask("");
        TestReports.Asked report = api.reports.next();
        assertEquals(409, api.get(PATH).statusCode());
        report.making().completeExceptionally(new IllegalStateException("the log is damaged"));
        assertEquals(503, first.join().statusCode());
        CompletableFuture<HttpResponse<String>> second = ask("");
        api.reports.next().making().complete("{}".getBytes(StandardCharsets.UTF_8));
        assertEquals(200, second.join().statusCode());
    }

    @Test
    void reportThatNobodyWaitsForIsGivenUp() throws IOException {
        TestReports.Asked report;
        try (RawClient client = api.raw()) {
            client.send("GET " + PATH + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            report = api.reports.next();
        }
        assertTrue(report.given().join());
        report.making().completeExceptionally(new IllegalStateException("ended"));
    }

    @Test
    void badRangesAndFormsAreRefused() {
        assertEquals(400, api.get(PATH + "?since=yesterday").statusCode());
        assertEquals(400, api.get(PATH + "?format=pdf").statusCode());
        assertEquals(
                400,
                api.get(PATH + "?since=2026-11-02T00:00:00Z&until=2026-11-01T00:00:00Z")
                        .statusCode());
        assertTrue(api.reports.asked.isEmpty());
    }
}
