package io.npuq.schema.config;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Another server, for a lane on it.
 *
 * @param base of its OpenAI dialect, such as {@code https://host/v1}, without a slash at the end
 * @param models the name there, by the name of the local model; the empty name stands for every other one
 * @param key its API key; empty when it wants none
 */
public record RemoteConfig(URI base, Map<String, String> models, Optional<String> key) {
    /** Copies the map. */
    public RemoteConfig {
        models = Map.copyOf(models);
    }

    /** What the model of that name is called there; empty when nobody said. */
    public Optional<String> model(String local) {
        return Optional.ofNullable(models.getOrDefault(local, models.get("")));
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "RemoteConfig[base=" + base + ", models=" + models + "]";
    }
}
