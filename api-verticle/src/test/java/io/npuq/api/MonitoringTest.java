package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Json;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneHealth;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The dashboard and the alert rules ask for what a server shows, by its names, labels and values. */
final class MonitoringTest {
    private static final Path MONITORING = Path.of("..", "packaging", "monitoring");
    private static final Pattern NAME = Pattern.compile("\\b(?:npuq|npu_proxy|ovms)_[a-z0-9_]+");
    private static final Pattern SELECTOR = Pattern.compile("(" + NAME.pattern() + ")\\{([^}]*)\\}");
    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)(=~|!~|!=|=)\"([^\"]*)\"");

    private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
    private static final Pattern TRIED = Pattern.compile("alertname(?:: |=\")(\\w+)");

    /** Labels that Prometheus adds. */
    private static final Set<String> OF_PROMETHEUS = Set.of("instance", "job");

    /** What one server shows that had to do with a bit of everything. */
    private static Scrape scrape;

    @BeforeAll
    static void scrape() {
        LaneStatus npu = new LaneStatus(
                Lane.NPU,
                "NPU",
                "tiny-qwen2",
                Optional.empty(),
                Optional.empty(),
                new LaneHealth(
                        LanePhase.SERVING,
                        Duration.ZERO,
                        0,
                        OptionalLong.of(1 << 20),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()),
                Optional.empty(),
                Optional.empty());
        List<LaneStatus> lanes = List.of(npu);
        try (TestApi api = new TestApi(new TestLanes(lanes, model -> CompletableFuture.completedStage(lanes)))
                .lane(claim -> claim.request().input().chars() == 1
                        ? Outcomes.onNpu(claim)
                        : Outcomes.failed(ErrorCode.GENERATION_FAILED, "as the test has it"))) {
            for (String input : List.of("x", "xx")) {
                String job = api.submit("{\"kind\":\"title\",\"input\":\"" + input + "\"}");
                api.get("/v1/jobs/" + job + "?wait_ms=60000");
            }
            scrape = Scrape.of(api.get("/metrics").body());
        }
    }

    @AfterAll
    static void forget() {
        scrape = null;
    }

    @Test
    void theDashboardAsksForWhatThereIs() throws IOException {
        JsonNode dashboard =
                Json.MAPPER.readTree(MONITORING.resolve("npuq.dashboard.json").toFile());
        List<String> queries = new ArrayList<>();
        dashboard.findValues("expr").forEach(query -> queries.add(query.textValue()));
        assertTrue(queries.size() > 20, () -> queries.size() + " queries");
        queries.forEach(MonitoringTest::assertAnswered);
    }

    @Test
    void everyPanelOfTheDashboardSaysWhatItShows() throws IOException {
        JsonNode dashboard =
                Json.MAPPER.readTree(MONITORING.resolve("npuq.dashboard.json").toFile());
        Set<Integer> ids = new HashSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertTrue(ids.add(panel.path("id").asInt()), () -> "twice: " + panel.path("id"));
            boolean isRow = panel.path("type").asText().equals("row");
            assertTrue(isRow || !panel.path("description").asText().isEmpty(), () -> "" + panel.path("title"));
        }
    }

    @Test
    void theAlertRulesAskForWhatThereIs() throws IOException {
        String rules = Files.readString(MONITORING.resolve("npuq.rules.yml"));
        assertTrue(NAME.matcher(rules).results().count() > 10);
        assertAnswered(rules);
    }

    @Test
    void theirTestsAreFedWithWhatThereIs() throws IOException {
        String rules = Files.readString(MONITORING.resolve("npuq.rules.test.yml"));
        assertNamed(rules);
    }

    @Test
    void everyAlertIsTriedByThem() throws IOException {
        String tests = Files.readString(MONITORING.resolve("npuq.rules.test.yml"));
        Set<String> untried = new HashSet<>();
        ALERT.matcher(Files.readString(MONITORING.resolve("npuq.rules.yml")))
                .results()
                .forEach(alert -> untried.add(alert.group(1)));
        assertTrue(untried.size() > 10, () -> "alerts: " + untried);
        TRIED.matcher(tests).results().forEach(tried -> untried.remove(tried.group(1)));
        assertEquals(Set.of(), untried);
    }

    private static void assertAnswered(String query) {
        assertNamed(query);
        Matcher selector = SELECTOR.matcher(query);
        while (selector.find()) {
            assertTrue(isAnswered(selector.group(1), selector.group(2)), selector.group());
        }
    }

    private static void assertNamed(String text) {
        Set<String> unknown = new HashSet<>();
        NAME.matcher(text).results().forEach(name -> unknown.add(name.group()));
        unknown.removeAll(scrape.names());
        assertEquals(Set.of(), unknown);
    }

    /** Whether some series of that name has all of these labels, each with the value that is asked for. */
    private static boolean isAnswered(String name, String labels) {
        return scrape.labelsOf(name)
                .anyMatch(series -> MATCHER.matcher(labels)
                        .results()
                        .filter(matcher -> !OF_PROMETHEUS.contains(matcher.group(1)))
                        .allMatch(matcher -> fits(series.get(matcher.group(1)), matcher.group(2), matcher.group(3))));
    }

    private static boolean fits(String value, String operator, String wanted) {
        if (value == null) {
            return false;
        }
        boolean isSame = operator.endsWith("~") ? value.matches(wanted) : value.equals(wanted);
        return operator.startsWith("!") != isSame;
    }
}
