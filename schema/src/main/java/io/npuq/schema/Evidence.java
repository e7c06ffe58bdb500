package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What ran where, how long, and how much the NPU's busy counter grew. A null says that the thing could not be read; nothing here is
 * ever made up or copied from the request.
 *
 * @param model the model's name
 * @param modelDigest SHA-256 over the model's files, by name; hexadecimal
 * @param runtime OpenVINO's own version and build
 * @param driver the device's driver version, as OpenVINO says it
 * @param deviceRequested the device that the lane was told to use
 * @param deviceActual what OpenVINO says executed the model; null where nothing was executed
 * @param routeReason why this lane; null where no lane ran it
 * @param promptChars code points of the input
 * @param promptTokens tokens of the rendered prompt
 * @param maxNewTokens the bound on the answer
 * @param completionTokens tokens of the answer
 * @param timing durations
 * @param npuBusyBeforeUs the counter right before the generation, in microseconds
 * @param npuBusyAfterUs the counter right after it
 * @param npuBusyDeltaUs the growth; null when the counter cannot be read
 * @param npuBusyQuiet whether the counter stood still in the idle window before the job, so that the growth is this job's
 * @param attempt which attempt this was, from 1; 0 where none was needed
 * @param verdict what this proves
 */
public record Evidence(
        @Nullable String model,
        @Nullable String modelDigest,
        @Nullable String runtime,
        @Nullable String driver,
        String deviceRequested,
        @Nullable String deviceActual,
        @Nullable RouteReason routeReason,
        int promptChars,
        @Nullable Integer promptTokens,
        int maxNewTokens,
        @Nullable Integer completionTokens,
        @JsonProperty("timing_ms") Timing timing,
        @Nullable Long npuBusyBeforeUs,
        @Nullable Long npuBusyAfterUs,
        @Nullable Long npuBusyDeltaUs,
        @Nullable Boolean npuBusyQuiet,
        int attempt,
        Verdict verdict) {}
