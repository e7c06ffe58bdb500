package io.npuq.smoke;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** One server, over HTTP. */
final class Http {
    /** The first generation may wait until a model is compiled for an NPU, which takes minutes. */
    private static final Duration LIMIT = Duration.ofMinutes(20);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI server;

    Http(URI server) {
        this.server = server;
    }

    /**
     * An answer.
     *
     * @param status its code
     * @param json its body; a missing node when that is no JSON
     * @param job the job that it is about, by its header; empty when there is none
     */
    record Answer(int status, JsonNode json, String job) {}

    Answer get(String path) throws IOException, InterruptedException {
        return ask(HttpRequest.newBuilder(server.resolve(path)).GET());
    }

    Answer post(String path, JsonNode body) throws IOException, InterruptedException {
        return ask(HttpRequest.newBuilder(server.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString())));
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return JSON.missingNode(); // a check that looks into it fails, and shows what there was
        }
    }

    private Answer ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
        return new Answer(
                answer.statusCode(),
                json(answer.body()),
                answer.headers().firstValue("X-Npuq-Job-Id").orElse(""));
    }
}
