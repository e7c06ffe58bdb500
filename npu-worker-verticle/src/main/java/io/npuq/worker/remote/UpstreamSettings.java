package io.npuq.worker.remote;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The server that a remote lane asks.
 *
 * @param base of its OpenAI dialect, such as {@code https://host/v1}, without a slash at the end
 * @param key its API key; never shown
 * @param model the model's name there
 * @param callLimit limit of one generation, retries included
 */
public record UpstreamSettings(URI base, Optional<String> key, String model, Duration callLimit) {
    /** The server as messages and evidence name it: without the path, and without a user and password that the address may hold. */
    public String host() {
        return base.getPort() < 0 ? base.getHost() : base.getHost() + ":" + base.getPort();
    }

    @Override
    public String toString() {
        return "upstream " + host() + ", model " + model;
    }
}
