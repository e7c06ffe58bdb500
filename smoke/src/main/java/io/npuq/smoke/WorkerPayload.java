package io.npuq.smoke;

import com.fasterxml.jackson.databind.JsonNode;

/** The bounded worker contract's answer, as far as a check looks into it. */
record WorkerPayload(JsonNode json) {
    boolean hasText() {
        return !json.path("text").asText("").isBlank();
    }

    /** Run by the NPU, by its counter: the word alone is not enough. */
    boolean isProven() {
        return json.path("error").isMissingNode() && busyDeltaUs() > 0;
    }

    /** How much the busy counter grew in the job, by npuq's own reading, in microseconds; 0 where it was not read. */
    long busyDeltaUs() {
        return json.path("npu_busy_delta_us").asLong(0);
    }

    /** Run by another device, which the answer names; no NPU was there, or none that could be used. */
    boolean isFallback() {
        return json.has("device_actual");
    }

    String evidence() {
        return "model " + json.path("model").asText() + ", device "
                + json.path("device_actual").asText(json.path("device").asText()) + ", text \""
                + json.path("text").asText() + "\", generate "
                + json.path("timing_ms").path("generate") + " ms, busy delta " + json.path("npu_busy_delta_us") + " us";
    }

    String error() {
        return json.path("error").asText();
    }
}
