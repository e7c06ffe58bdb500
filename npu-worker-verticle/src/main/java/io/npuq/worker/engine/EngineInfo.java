package io.npuq.worker.engine;

import org.jspecify.annotations.Nullable;

/**
 * What is loaded, as far as it can be read; null where it cannot.
 *
 * @param model the model's name
 * @param modelDigest SHA-256 over the model's files, by name; hexadecimal
 * @param runtime the runtime's own version and build
 * @param driver the device's driver version
 * @param deviceRequested the device that was asked for
 * @param deviceActual what executes the model, by the runtime's own word
 * @param loadMs how long the load took, warm-up included, in milliseconds
 * @param promptTokensMax the longest prompt that the device takes, in tokens; null without such a limit
 * @param npuLoadError why the model did not load on the NPU that is there, so that another device runs it; null otherwise
 * @param loadedFromCache whether the model was compiled before and read from the cache, by the runtime's word; null where it does not say
 */
public record EngineInfo(
        String model,
        @Nullable String modelDigest,
        @Nullable String runtime,
        @Nullable String driver,
        String deviceRequested,
        String deviceActual,
        double loadMs,
        @Nullable Integer promptTokensMax,
        @Nullable String npuLoadError,
        @Nullable Boolean loadedFromCache) {
    /** What is loaded, where no NPU was tried in vain and nothing is known of a cache. */
    public EngineInfo(
            String model,
            @Nullable String modelDigest,
            @Nullable String runtime,
            @Nullable String driver,
            String deviceRequested,
            String deviceActual,
            double loadMs,
            @Nullable Integer promptTokensMax) {
        this(model, modelDigest, runtime, driver, deviceRequested, deviceActual, loadMs, promptTokensMax, null, null);
    }
}
