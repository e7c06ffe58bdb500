package io.npuq.worker.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.FinishReason;
import io.npuq.schema.Json;
import io.npuq.schema.Usage;
import io.npuq.worker.engine.Stopwatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An answer as it comes, a server-sent event a chunk. */
final class ChatAnswer {
    private static final String DATA = "data:";
    private static final String DONE = "[DONE]";

    private final StringBuilder text = new StringBuilder();
    private final CalledTools toolCalls = new CalledTools();
    private final Consumer<String> pieces;
    private final Stopwatch watch;
    private @Nullable String finishReason;
    private Usage usage = new Usage(null, null);

    ChatAnswer(Consumer<String> pieces, Stopwatch watch) {
        this.pieces = pieces;
        this.watch = watch;
    }

    /** One line; throws {@link UncheckedIOException} for one that is no part of an answer. */
    void line(String line) {
        if (!line.startsWith(DATA)) {
            return; // a comment, another field, or the end of an event
        }
        String data = line.substring(DATA.length()).strip();
        if (!data.equals(DONE)) {
            chunk(parse(data));
        }
    }

    private void chunk(JsonNode chunk) {
        if (chunk.has("error")) {
            throw strange("the upstream failed in mid-answer: "
                    + chunk.path("error")
                            .path("message")
                            .asText(chunk.path("error").asText()));
        }
        JsonNode choice = chunk.path("choices").path(0);
        piece(choice.path("delta").path("content").asText(choice.path("text").asText("")));
        choice.path("delta").path("tool_calls").forEach(toolCalls::add);
        if (choice.path("finish_reason").isTextual()) {
            piece(toolCalls.asText());
            finishReason = choice.path("finish_reason").asText();
        }
        JsonNode counted = chunk.path("usage");
        if (counted.isObject()) {
            usage = new Usage(number(counted, "prompt_tokens"), number(counted, "completion_tokens"));
        }
    }

    private void piece(String piece) {
        if (!piece.isEmpty()) {
            watch.token();
            text.append(piece);
            pieces.accept(piece);
        }
    }

    private static @Nullable Integer number(JsonNode counted, String name) {
        return counted.path(name).isInt() ? Integer.valueOf(counted.path(name).intValue()) : null;
    }

    private static JsonNode parse(String data) {
        try {
            return Json.MAPPER.readTree(data);
        } catch (JsonProcessingException e) {
            throw strange("the upstream's answer is no OpenAI stream");
        }
    }

    private static UncheckedIOException strange(String what) {
        return new UncheckedIOException(what, new IOException(what));
    }

    String text() {
        return text.toString();
    }

    /** As the upstream counted; null where it did not say. */
    Usage usage() {
        return usage;
    }

    /** Why it ended; empty when the upstream did not say. */
    Optional<FinishReason> finishReason() {
        return Optional.ofNullable(finishReason)
                .map(reason -> reason.equals("length") ? FinishReason.LENGTH : FinishReason.STOP);
    }
}
