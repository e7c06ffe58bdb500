package io.npuq.api.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes the calls of tools out of an answer as it comes. Models of the Hermes and Qwen families write them as {@code
 * <tool_call>{"name": …, "arguments": {…}}</tool_call>}; what stands between the tags and is no such object stays text.
 */
public final class ToolCallText {
    private static final String OPEN = "<tool_call>";
    private static final String CLOSE = "</tool_call>";

    private final StringBuilder held = new StringBuilder();
    private final List<Called> calls = new ArrayList<>();
    private boolean inside;

    /**
     * A call as the model wrote it.
     *
     * @param name the function
     * @param arguments a JSON object, as compact JSON
     */
    public record Called(String name, String arguments) {}

    /** More of the answer; answers what of it, or of what was held back, is text for the client. */
    public String more(String piece) {
        held.append(piece);
        StringBuilder text = new StringBuilder();
        while (inside ? call(text) : text(text)) {
            inside = !inside;
        }
        return text.toString();
    }

    /** The answer is whole; answers what is left of it as text. A call without its end counts when its object is whole. */
    public String end() {
        String rest = (inside ? OPEN : "") + held;
        Optional<Called> called = inside ? parse(held.toString()) : Optional.empty();
        held.setLength(0);
        inside = false;
        called.ifPresent(calls::add);
        return called.isPresent() ? "" : rest;
    }

    /** The calls so far. */
    public List<Called> calls() {
        return List.copyOf(calls);
    }

    /** Up to the next opening tag; whether one came. What may be the beginning of one is held back. */
    private boolean text(StringBuilder text) {
        int open = held.indexOf(OPEN);
        int end = open >= 0 ? open : held.length() - beginningOfTag();
        text.append(held, 0, end);
        held.delete(0, open >= 0 ? open + OPEN.length() : end);
        return open >= 0;
    }

    private boolean call(StringBuilder text) {
        int close = held.indexOf(CLOSE);
        if (close < 0) {
            return false;
        }
        String body = held.substring(0, close);
        held.delete(0, close + CLOSE.length());
        parse(body)
                .ifPresentOrElse(
                        calls::add, () -> text.append(OPEN).append(body).append(CLOSE));
        return true;
    }

    private int beginningOfTag() {
        for (int length = Math.min(OPEN.length() - 1, held.length()); length > 0; length--) {
            if (OPEN.startsWith(held.substring(held.length() - length))) {
                return length;
            }
        }
        return 0;
    }

    /** The call that this object stands for; empty when it is none. */
    public static Optional<Called> parse(String object) {
        try {
            JsonNode call = Json.MAPPER.readTree(object);
            JsonNode arguments = call.has("arguments") ? call.path("arguments") : call.path("parameters");
            return call.path("name").isTextual() && (arguments.isObject() || arguments.isMissingNode())
                    ? Optional.of(
                            new Called(call.path("name").asText(), arguments.isObject() ? arguments.toString() : "{}"))
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
