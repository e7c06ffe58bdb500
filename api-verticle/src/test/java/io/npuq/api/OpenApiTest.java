package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The document is about this server, all of it, and hangs together. (That it is valid OpenAPI is checked by {@code smoke/openapi/run}.) */
class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "post", "delete");

    private static TestApi api;
    private static JsonNode document;

    @BeforeAll
    static void start() {
        api = new TestApi();
        document = TestApi.json(api.get("/openapi.json"));
    }

    @AfterAll
    static void stop() {
        api.close();
    }

    @Test
    void everyRouteIsDescribedAndNothingElse() {
        Map<String, Set<String>> served = new TreeMap<>();
        api.verticle.routes().table().forEach((path, methods) -> {
            Set<String> names = methods.stream()
                    .filter(name -> !name.equals("HEAD"))
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .collect(Collectors.toCollection(TreeSet::new));
            served.put(path.replaceAll(":([a-z]+)", "{$1}"), names);
        });
        Map<String, Set<String>> described = new TreeMap<>();
        document.get("paths").properties().forEach(path -> described.put(path.getKey(), methods(path.getValue())));

        assertEquals(served, described);
    }

    @Test
    void everyNameInAPathIsOneOfItsParameters() {
        document.get("paths").properties().forEach(path -> {
            Set<String> named = Pattern.compile("\\{([a-z]+)}")
                    .matcher(path.getKey())
                    .results()
                    .map(name -> name.group(1))
                    .collect(Collectors.toSet());
            for (String method : methods(path.getValue())) {
                List<String> parameters = new ArrayList<>();
                for (JsonNode of : List.of(path.getValue(), path.getValue().get(method))) {
                    of.path("parameters").forEach(parameter -> {
                        JsonNode whole = resolved(parameter);
                        if (whole.get("in").textValue().equals("path")) {
                            parameters.add(whole.get("name").textValue());
                        }
                    });
                }
                assertEquals(named.size(), parameters.size(), path.getKey());
                assertEquals(named, new HashSet<>(parameters), path.getKey());
            }
        });
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        walk("", document, (at, node) -> {
            if (node.path("$ref").isTextual()) {
                assertFalse(resolved(node).isMissingNode(), at + ": " + node);
            }
        });
    }

    @Test
    void nothingThatIsToBeFilledInIsLeft() {
        walk(
                "",
                document,
                (at, node) -> node.fieldNames()
                        .forEachRemaining(name -> assertTrue(
                                !name.startsWith("x-") || name.equals("x-item-schema") || at.endsWith("/headers"),
                                at + "/" + name)));
    }

    @Test
    void everyOperationHasANameOfItsOwnAndSaysWhatItIs() {
        Set<String> tags = new HashSet<>();
        document.get("tags").forEach(tag -> tags.add(tag.get("name").textValue()));
        Set<String> names = new HashSet<>();
        operations((at, operation) -> {
            assertTrue(names.add(operation.get("operationId").textValue()), at);
            assertFalse(operation.get("summary").textValue().isEmpty(), at);
            operation.get("tags").forEach(tag -> assertTrue(tags.contains(tag.textValue()), at));
        });
    }

    @Test
    void everyAnswerNamesItsRequestAndEveryProblemIsThere() {
        operations((at, operation) -> {
            operation.get("responses").properties().forEach(answer -> {
                JsonNode whole = resolved(answer.getValue());
                assertFalse(whole.path("description").asText().isEmpty(), at + " " + answer.getKey());
                assertTrue(whole.path("headers").has("X-Request-ID"), at + " " + answer.getKey());
            });
            for (String status : List.of("400", "401", "403", "405", "413", "415", "417", "421", "429", "503")) {
                assertTrue(operation.get("responses").has(status), at + " " + status);
            }
        });
    }

    @Test
    void openPathsAreThoseThatWantNoKey() {
        Set<String> open = new TreeSet<>();
        document.get("paths").properties().forEach(path -> {
            if (path.getValue().path("get").path("security").isArray()) {
                open.add(path.getKey());
            }
        });

        assertEquals(
                new TreeSet<>(
                        Set.of("/healthz", "/health", "/v2/health/live", "/v2/health/ready", "/ui", "/ui/{file}")),
                open);
    }

    @Test
    void pageConsistsOfFilesOfThisServerOnly() {
        HttpResponse<String> page = api.get("/docs");
        List<String> files = Pattern.compile("(?:src|href)=\"([^\"]*)\"")
                .matcher(page.body())
                .results()
                .map(name -> name.group(1))
                .toList();

        assertEquals("text/html; charset=utf-8", type(page));
        assertEquals(5, files.size());
        files.forEach(file -> assertEquals(200, api.get(file).statusCode(), file));
        assertFalse(page.body().contains("://"));
        assertFalse(page.body().contains("<style"));
        assertFalse(
                Pattern.compile("<script>|style=|onload=").matcher(page.body()).find());
        assertEquals("text/javascript; charset=utf-8", type(api.get("/docs/swagger-ui-bundle.js")));
        assertEquals("text/css; charset=utf-8", type(api.get("/docs/swagger-ui.css")));
        assertEquals("image/png", type(api.get("/docs/favicon-32x32.png")));
        assertEquals("application/json", type(api.get("/openapi.json")));
    }

    @Test
    void browserRunsNothingThatIsNoFileOfThisServer() {
        String policy =
                api.get("/docs").headers().firstValue("Content-Security-Policy").orElseThrow();

        assertTrue(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self';"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertEquals(
                "nosniff",
                api.get("/docs/docs.js")
                        .headers()
                        .firstValue("X-Content-Type-Options")
                        .orElseThrow());
    }

    @Test
    void whoHasTheFileAlreadyIsToldSo() {
        for (String path : List.of("/openapi.json", "/docs", "/docs/swagger-ui.css")) {
            String etag = api.get(path).headers().firstValue("ETag").orElseThrow();
            HttpResponse<String> again =
                    api.send(api.request(path).header("If-None-Match", etag).GET());
            HttpResponse<String> changed =
                    api.send(api.request(path).header("If-None-Match", "\"x\"").GET());

            assertEquals(304, again.statusCode(), path);
            assertEquals("", again.body(), path);
            assertEquals(etag, again.headers().firstValue("ETag").orElseThrow(), path);
            assertEquals(200, changed.statusCode(), path);
        }
    }

    @Test
    void headOfAFileSaysItsLength() {
        HttpResponse<String> head =
                api.send(api.request("/docs/swagger-ui.css").method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertEquals(200, head.statusCode());
        assertEquals(
                api.get("/docs/swagger-ui.css").body().length(),
                head.headers().firstValueAsLong("Content-Length").orElseThrow());
    }

    @Test
    void noOtherFileIsServed() {
        for (String name : List.of(
                "docs.html", "head.yaml", "swagger-ui.js", "swagger-ui-bundle.js.map", "index.html", "OpenApi.class")) {
            assertEquals(404, api.get("/docs/" + name).statusCode(), name);
        }
        assertEquals(
                405,
                api.send(api.request("/docs").POST(HttpRequest.BodyPublishers.noBody()))
                        .statusCode());
    }

    private static String type(HttpResponse<String> answer) {
        return answer.headers().firstValue("Content-Type").orElseThrow();
    }

    private static Set<String> methods(JsonNode path) {
        Set<String> methods = new TreeSet<>();
        path.fieldNames().forEachRemaining(name -> {
            if (METHODS.contains(name)) {
                methods.add(name);
            }
        });
        return methods;
    }

    private static void operations(BiConsumer<String, JsonNode> each) {
        document.get("paths")
                .properties()
                .forEach(path -> methods(path.getValue())
                        .forEach(method -> each.accept(
                                method + " " + path.getKey(), path.getValue().get(method))));
    }

    private static void walk(String at, JsonNode node, BiConsumer<String, JsonNode> each) {
        each.accept(at, node);
        if (node.isObject()) {
            node.properties().forEach(entry -> walk(at + "/" + entry.getKey(), entry.getValue(), each));
        } else {
            node.forEach(element -> walk(at, element, each));
        }
    }

    private static JsonNode resolved(JsonNode node) {
        JsonNode reference = node.get("$ref");
        if (reference == null) {
            return node;
        }
        String path = reference.textValue();
        assertTrue(path.startsWith("#/"), path);
        return document.at(path.substring(1));
    }
}
