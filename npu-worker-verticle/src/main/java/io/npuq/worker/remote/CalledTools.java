package io.npuq.worker.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Json;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tools that an upstream's answer calls, gathered from its pieces. They become text of the form that models write themselves, so
 * that whoever reads an answer finds calls in one form, whichever lane made it.
 */
final class CalledTools {
    private static final class Call {
        private final StringBuilder name = new StringBuilder();
        private final StringBuilder arguments = new StringBuilder();
    }

    private final Map<Integer, Call> calls = new TreeMap<>();

    void add(JsonNode delta) {
        Call call = calls.computeIfAbsent(delta.path("index").asInt(calls.size()), index -> new Call());
        call.name.append(delta.path("function").path("name").asText(""));
        call.arguments.append(delta.path("function").path("arguments").asText(""));
    }

    /** All of them, once. */
    String asText() {
        StringBuilder text = new StringBuilder();
        calls.values().forEach(call -> text.append(text.isEmpty() ? "" : "\n").append(asText(call)));
        calls.clear();
        return text.toString();
    }

    private static String asText(Call call) {
        ObjectNode object = Json.MAPPER.createObjectNode().put("name", call.name.toString());
        object.set("arguments", arguments(call.arguments.toString()));
        return "<tool_call>\n" + object + "\n</tool_call>";
    }

    /** Arguments that are no object are passed on as they are: the client judges them. */
    private static JsonNode arguments(String text) {
        try {
            return text.isBlank() ? Json.MAPPER.createObjectNode() : Json.object("arguments", text);
        } catch (InvalidInputException e) {
            return Json.MAPPER.getNodeFactory().textNode(text);
        }
    }
}
