package io.npuq.launcher.server;

import io.npuq.launcher.config.ApiKeysFile;
import io.npuq.launcher.config.ConfigException;
import io.npuq.schema.config.ApiKey;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the file of API keys again and again, and passes on what changed. It is small: to read it costs less than to be sure that it is the
 * same. A file that cannot be used changes nothing, and is named once in the log.
 */
final class KeysWatch {
    /** How soon a key that was taken back lets nobody in any more. */
    private static final Duration EVERY = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(KeysWatch.class);

    private final Vertx vertx;
    private final ApiKeysFile file;
    private final Consumer<List<ApiKey>> change;
    private List<ApiKey> keys;
    private String trouble = "";

    /**
     * Of that file.
     *
     * @param keys what was read of it at the start
     * @param change takes what is read later, where it is something else
     */
    KeysWatch(Vertx vertx, ApiKeysFile file, List<ApiKey> keys, Consumer<List<ApiKey>> change) {
        this.vertx = vertx;
        this.file = file;
        this.keys = keys;
        this.change = change;
    }

    /** Until the server ends. */
    void start() {
        vertx.setTimer(
                EVERY.toMillis(), due -> vertx.executeBlocking(this::look).onComplete(looked -> start()));
    }

    /** By one thread at a time. */
    private synchronized boolean look() {
        try {
            take(file.read());
        } catch (ConfigException e) {
            keep(String.valueOf(e.getMessage()));
        }
        return true;
    }

    private void take(List<ApiKey> read) {
        if (!read.equals(keys) || !trouble.isEmpty()) {
            LOG.info("the API keys were read again, there are {}: {}", read.size(), names(read));
            change.accept(read);
        }
        keys = read;
        trouble = "";
    }

    private void keep(String why) {
        if (!why.equals(trouble)) {
            LOG.warn("{}. The keys from before hold: {}", why, names(keys));
        }
        trouble = why;
    }

    private static String names(List<ApiKey> keys) {
        return keys.stream().map(ApiKey::name).collect(Collectors.joining(", "));
    }
}
