package io.npuq.api.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Adds the paths at which the same is served once more: {@code x-also-at} of a path names them, each by what is put behind its
 * operations' ids. A name that only the other path has is a parameter of {@code components}.
 */
final class RepeatedPaths {
    private static final Pattern NAME = Pattern.compile("\\{([a-z_]+)}");

    private RepeatedPaths() {}

    static void fillIn(ObjectNode document) {
        ObjectNode paths = (ObjectNode) document.get("paths");
        for (Map.Entry<String, JsonNode> path : List.copyOf(paths.properties())) {
            ObjectNode item = (ObjectNode) path.getValue();
            JsonNode others = item.remove("x-also-at");
            if (others != null) {
                others.properties()
                        .forEach(other -> add(
                                paths,
                                other.getValue().textValue(),
                                copy(path, other.getValue().textValue(), other.getKey())));
            }
        }
    }

    private static void add(ObjectNode paths, String path, ObjectNode item) {
        if (paths.has(path)) {
            throw new IllegalStateException(path + " is described twice");
        }
        paths.set(path, item);
    }

    private static ObjectNode copy(Map.Entry<String, JsonNode> original, String path, String suffix) {
        ObjectNode item = original.getValue().deepCopy();
        for (JsonNode part : item) {
            if (part instanceof ObjectNode operation) {
                operation.put("operationId", operation.get("operationId").textValue() + suffix);
            }
        }
        NAME.matcher(path)
                .results()
                .filter(name -> !original.getKey().contains(name.group()))
                .forEach(name -> item.withArray("parameters").addObject().put("$ref", parameter(name)));
        return item;
    }

    private static String parameter(MatchResult name) {
        String text = name.group(1);
        return "#/components/parameters/" + text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
