package io.npuq.worker.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.Json;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineException.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;

/**
 * Another server's OpenAI dialect. Asks again, with growing pauses, while it is overloaded (429), unwell (5xx) or not to be reached; not
 * once an answer has begun.
 */
final class Upstream {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration LIST_LIMIT = Duration.ofSeconds(10);

    /** Tries of one call, the first included. */
    static final int TRIES_MAX = 4;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

    /** The longest pause that an upstream may ask for; one that wants a longer one is left. */
    private static final Duration PAUSE_MAX = Duration.ofSeconds(20);

    private static final int ERROR_CHARS_MAX = 300;
    private static final int ERROR_LINES_MAX = 100;
    private static final Duration ERROR_LIMIT = Duration.ofSeconds(5);
    private static final int OK = 200;
    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;

    private final UpstreamSettings settings;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .build();

    Upstream(UpstreamSettings settings) {
        this.settings = settings;
    }

    /**
     * Looks whether the server is there and has the model.
     *
     * @throws EngineException {@code DEVICE_UNAVAILABLE} when it does not answer, {@code MODEL_UNAVAILABLE} when it refuses or has no such model
     */
    void checkModel() throws EngineException {
        HttpRequest request = request("/models").timeout(LIST_LIMIT).GET().build();
        HttpResponse<String> answer;
        try {
            answer = client.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new EngineException(Kind.DEVICE_UNAVAILABLE, unreachable(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException(Kind.DEVICE_UNAVAILABLE, "the lane's thread was interrupted", e);
        }
        if (answer.statusCode() == OK) {
            checkListed(answer.body());
        } else if (isPassing(answer.statusCode())) {
            throw new EngineException(Kind.DEVICE_UNAVAILABLE, said(answer.statusCode(), answer.body()));
        } else if (answer.statusCode() != 404 && answer.statusCode() != 405) {
            // Some servers have no list; their models show when they are asked.
            throw refused(Kind.MODEL_UNAVAILABLE, answer.statusCode(), answer.body());
        }
    }

    /**
     * Asks for a generation, and hands on the lines of its answer until there are no more or the job is to stop.
     *
     * @return whether the answer came to its end
     * @throws EngineException {@code ENGINE_AWAY} when no answer began in all tries, {@code GENERATION_FAILED} when the request was refused or
     *     the answer broke off, {@code TIMEOUT} past the limit of one call
     */
    boolean ask(String path, JsonNode body, Consumer<String> line, CancelSignal cancel) throws EngineException {
        Limit limit = new Limit(settings.callLimit());
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .header("Accept", "text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString(), StandardCharsets.UTF_8))
                .build();
        Duration pause = FIRST_PAUSE;
        for (int tried = 1; ; tried++) {
            try (Lines lines = new Lines(cancel)) {
                lines.ask(client, request);
                Lines.Event first = lines.next(limit.leftNanos());
                if (first instanceof Lines.Stopped) {
                    return false;
                }
                if (first instanceof Lines.Head head && head.status() == OK) {
                    return read(lines, line, limit);
                }
                Trouble trouble = trouble(first, lines);
                Duration wanted = trouble.pause().orElse(pause);
                if (tried == TRIES_MAX || wanted.compareTo(PAUSE_MAX) > 0) {
                    throw new EngineException(Kind.ENGINE_AWAY, trouble.message() + "; asked " + tried + " times");
                }
                if (new Lines(cancel).next(limit.atMostNanos(wanted)) instanceof Lines.Stopped) {
                    return false;
                }
            }
            pause = pause.multipliedBy(2);
        }
    }

    /** What is worth another try. */
    private record Trouble(String message, Optional<Duration> pause) {}

    private Trouble trouble(Lines.Event first, Lines lines) throws EngineException {
        if (first instanceof Lines.Broken broken) {
            return new Trouble(unreachable(broken.cause()), Optional.empty());
        }
        if (first instanceof Lines.Head head) {
            String text = errorText(lines);
            if (isPassing(head.status())) {
                return new Trouble(said(head.status(), text), head.retryAfter());
            }
            throw refused(Kind.GENERATION_FAILED, head.status(), text);
        }
        throw late();
    }

    private static String errorText(Lines lines) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ERROR_LINES_MAX && lines.next(ERROR_LIMIT.toNanos()) instanceof Lines.Line line; i++) {
            text.append(line.text()).append('\n');
        }
        return text.toString();
    }

    private boolean read(Lines lines, Consumer<String> line, Limit limit) throws EngineException {
        try {
            while (true) {
                Lines.Event event = lines.next(limit.leftNanos());
                if (event instanceof Lines.Line next) {
                    line.accept(next.text());
                } else if (event instanceof Lines.Broken broken) {
                    throw new EngineException(
                            Kind.GENERATION_FAILED,
                            "the answer of " + settings.host() + " broke off: " + broken.cause(),
                            broken.cause());
                } else if (event instanceof Lines.Late) {
                    throw late();
                } else {
                    return event instanceof Lines.End;
                }
            }
        } catch (UncheckedIOException e) {
            throw new EngineException(Kind.GENERATION_FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private void checkListed(String body) throws EngineException {
        JsonNode list;
        try {
            list = Json.MAPPER.readTree(body).path("data");
        } catch (JsonProcessingException e) {
            throw new EngineException(
                    Kind.MODEL_UNAVAILABLE,
                    settings.host() + " answers " + settings.base()
                            + "/models with something else than OpenAI's list of models: check --remote-url",
                    e);
        }
        boolean listed = StreamSupport.stream(list.spliterator(), false)
                .anyMatch(model -> model.path("id").asText().equals(settings.model()));
        if (!listed) {
            throw new EngineException(
                    Kind.MODEL_UNAVAILABLE,
                    settings.host() + " has no model \"" + settings.model()
                            + "\": name one of its own by --remote-model");
        }
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.base() + path));
        settings.key().ifPresent(key -> request.header("Authorization", "Bearer " + key));
        return request;
    }

    private static boolean isPassing(int status) {
        return status == TOO_MANY || status >= SERVER_ERROR;
    }

    private EngineException refused(Kind kind, int status, String body) {
        String todo = status == 401 || status == 403 ? "; check --remote-key-file" : "";
        return new EngineException(kind, said(status, body) + todo);
    }

    /** An upstream may say what it was sent: its words are cut short, and its key is not among them. */
    private String said(int status, String body) {
        String reason = errorIn(body).replaceAll("\\s+", " ");
        String cut = reason.length() > ERROR_CHARS_MAX ? reason.substring(0, ERROR_CHARS_MAX) + "…" : reason;
        return settings.host() + " answered " + status + (cut.isBlank() ? "" : ": " + cut);
    }

    private static String errorIn(String body) {
        try {
            JsonNode error = Json.MAPPER.readTree(body).path("error");
            return error.isTextual() ? error.asText() : error.path("message").asText();
        } catch (JsonProcessingException e) {
            return "";
        }
    }

    private String unreachable(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return settings.host() + " cannot be reached: " + why;
    }

    private EngineException late() {
        return new EngineException(
                Kind.TIMEOUT,
                "the generation at " + settings.host() + " passed the limit of one call, "
                        + settings.callLimit().toMillis() + " ms; ask for fewer tokens, or raise --inference-timeout");
    }

    /** What is left of the time of one call. */
    private static final class Limit {
        private final long endTick;

        Limit(Duration limit) {
            endTick = System.nanoTime() + limit.toNanos();
        }

        long leftNanos() {
            return Math.max(0, endTick - System.nanoTime());
        }

        long atMostNanos(Duration wanted) {
            return Math.min(wanted.toNanos(), leftNanos());
        }
    }
}
