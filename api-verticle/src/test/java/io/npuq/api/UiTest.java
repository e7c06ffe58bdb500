package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.config.ApiKey;
import io.npuq.schema.config.ClientLimits;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page at {@code /ui} as it is served; what it does is tried in a browser, by {@code smoke/ui/run}. */
class UiTest {
    private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";

    private static TestApi api;

    @BeforeAll
    static void start() {
        ApiKey key = new ApiKey("somebody", ApiKey.hash("the-key"), ClientLimits.NONE, false);
        api = new TestApi(TestApi.CONFIG.withKeys(List.of(key)), new TestQueue(10), Duration.ofSeconds(60));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void browserIsSentToThePageAndOthersAreToldThatOllamaIsRunning() {
        HttpResponse<String> browser = api.get("/", "Accept", BROWSER);
        HttpResponse<String> client = api.get("/", "X-API-Key", "the-key", "Accept", "application/json");

        assertEquals(302, browser.statusCode());
        assertEquals("/ui", browser.headers().firstValue("Location").orElseThrow());
        assertEquals("Ollama is running", client.body());
        assertEquals("Accept", client.headers().firstValue("Vary").orElseThrow());
        assertEquals(401, api.get("/", "Accept", "*/*").statusCode());
    }

    @Test
    void everyFileOfThePageIsServedWithoutAKeyAndNothingElseIsAsked() {
        Pattern names = Pattern.compile("(?:src|href)=\"(/[^\"]*)\"|from '\\./([^']*)'");
        Deque<String> toSee = new ArrayDeque<>(List.of("/ui"));
        Set<String> seen = new TreeSet<>();
        while (!toSee.isEmpty()) {
            String path = toSee.remove();
            if (path.startsWith("/v1/") || !seen.add(path)) {
                continue;
            }
            HttpResponse<String> file = api.get(path);
            assertEquals(200, file.statusCode(), path);
            assertFalse(
                    Pattern.compile("https?://(?!www\\.w3\\.org/2000/svg)")
                            .matcher(file.body())
                            .find(),
                    path);
            names.matcher(file.body())
                    .results()
                    .forEach(name -> toSee.add(name.group(1) == null ? "/ui/" + name.group(2) : name.group(1)));
        }
        assertTrue(
                seen.containsAll(Set.of("/ui/main.js", "/ui/style.css", "/ui/icon.svg", "/ui/dom.js")),
                seen.toString());
        assertEquals(401, api.get("/v1/queue").statusCode());
    }

    @Test
    void policyLetsNothingRunThatIsNoFileOfThisServer() {
        HttpResponse<String> page = api.get("/ui");
        String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();

        assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self';"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertFalse(Pattern.compile("<style|<script>| style=| on[a-z]+=")
                .matcher(page.body())
                .find());
    }

    @Test
    void noScriptMakesHtmlOfText() {
        for (String name : List.of("dom", "job", "jobs", "table", "running", "report", "lanes", "queue")) {
            String script = api.get("/ui/" + name + ".js").body();
            assertFalse(
                    Pattern.compile("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(")
                            .matcher(script)
                            .find(),
                    name);
        }
    }

    @Test
    void noOtherFileIsServed() {
        for (String name : List.of("index.html", "UiFiles.class", "..%2fdocs.js", "nothing.js", "Main.js")) {
            assertEquals(404, api.get("/ui/" + name, "X-API-Key", "the-key").statusCode(), name);
        }
        assertEquals(
                405,
                api.send(api.request("/ui").POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode());
    }

    @Test
    void foreignHostIsNotServedThePage() throws Exception {
        try (RawClient client = api.raw()) {
            assertEquals(
                    421,
                    client.send("GET /ui HTTP/1.1\r\nHost: evil.example\r\n\r\n")
                            .read()
                            .status());
        }
    }
}
