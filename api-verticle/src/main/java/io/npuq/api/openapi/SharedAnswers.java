package io.npuq.api.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.api.http.ErrorShape;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Fills in the answers that many operations have: those of {@code x-problems}, in the shape of the operation's dialect, and the headers of
 * all answers. An operation says by {@code x-makes} what it does: it makes a {@code job}, which may have a {@code deadline}, and it may be
 * {@code waiting} for its end. An answer of its own that is a mere text is a problem with that description.
 */
final class SharedAnswers {
    private static final List<String> METHODS = List.of("get", "post", "delete");
    private static final String GENERATION_HEADERS = "x-generation-headers";
    private static final String ALL = "all";

    private final ObjectNode document;
    private final JsonNode problems;
    private final JsonNode generationHeaders;

    private SharedAnswers(ObjectNode document) {
        this.document = document;
        problems = document.remove("x-problems");
        generationHeaders = document.remove(GENERATION_HEADERS);
    }

    static void fillIn(ObjectNode document) {
        new SharedAnswers(document).fillIn();
    }

    private void fillIn() {
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (String method : METHODS) {
                if (path.getValue().get(method) instanceof ObjectNode operation) {
                    fillIn(operation, ErrorShape.of(path.getKey()));
                }
            }
        }
        ObjectNode shared = document.withObject("/components/responses");
        for (ErrorShape shape : ErrorShape.values()) {
            for (Map.Entry<String, JsonNode> problem : problems.properties()) {
                String description = problem.getValue().get("description").textValue();
                shared.set(name(problem.getKey(), shape), problem(problem.getKey(), shape, description));
            }
        }
        shared.forEach(this::addHeaders);
    }

    private void fillIn(ObjectNode operation, ErrorShape shape) {
        Set<String> makes = new HashSet<>(Set.of(ALL));
        JsonNode said = operation.remove("x-makes");
        if (said != null) {
            said.forEach(name -> makes.add(name.textValue()));
        }
        if (makes.contains("job")) {
            operation.withArray("parameters").add(reference("parameters", "IdempotencyKey"));
        }
        Map<String, JsonNode> answers = new TreeMap<>();
        problems.properties().stream()
                .filter(problem -> makes.contains(problem.getValue().get("for").textValue()))
                .forEach(problem ->
                        answers.put(problem.getKey(), reference("responses", name(problem.getKey(), shape))));
        operation
                .get("responses")
                .properties()
                .forEach(own -> answers.put(
                        own.getKey(),
                        own.getValue().isTextual()
                                ? problem(own.getKey(), shape, own.getValue().textValue())
                                : own.getValue()));
        ObjectNode all = operation.putObject("responses");
        answers.forEach(all::set);
        all.forEach(this::addHeaders);
    }

    private ObjectNode problem(String status, ErrorShape shape, String description) {
        JsonNode known = Objects.requireNonNull(problems.get(status), status);
        ObjectNode problem = document.objectNode().put("description", description);
        known.path("headers").forEach(name -> addHeader(problem, name.textValue()));
        problem.set("content", content(shape, known.path("shape").asText()));
        return problem;
    }

    /** What knows no dialect is answered flat, whatever the path. */
    private ObjectNode content(ErrorShape shape, String said) {
        ObjectNode flat = reference("schemas", "FlatProblem");
        ObjectNode own = shape == ErrorShape.NESTED ? reference("schemas", "Problem") : flat;
        ObjectNode either = document.objectNode();
        either.putArray("anyOf").add(own).add(flat);
        boolean isEither = said.equals("either") && shape == ErrorShape.NESTED;
        ObjectNode content = document.objectNode();
        content.putObject("application/json").set("schema", isEither ? either : said.equals("flat") ? flat : own);
        return content;
    }

    private void addHeaders(JsonNode answer) {
        ObjectNode object = (ObjectNode) answer;
        if (object.remove(GENERATION_HEADERS) != null) {
            generationHeaders.forEach(name -> addHeader(object, name.textValue()));
        }
        if (!object.has("$ref")) {
            addHeader(object, "X-Request-ID");
        }
    }

    private void addHeader(ObjectNode answer, String name) {
        answer.withObject("/headers").set(name, reference("headers", name));
    }

    private static String name(String status, ErrorShape shape) {
        return (shape == ErrorShape.FLAT ? "FlatProblem" : "Problem") + status;
    }

    private ObjectNode reference(String kind, String name) {
        return document.objectNode().put("$ref", "#/components/" + kind + "/" + name);
    }
}
