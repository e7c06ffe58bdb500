package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a job did not succeed. */
public enum ErrorCode implements WireName {
    /** Its deadline passed. */
    EXPIRED,
    /** Someone cancelled it. */
    CANCELLED,
    /** It took its engine, or the server, down on each of its attempts. */
    ATTEMPTS_EXHAUSTED,
    /** Its prompt does not fit the model or the device. */
    PROMPT_TOO_LONG,
    /** No model, or no device that may run it, could be loaded. */
    MODEL_UNAVAILABLE,
    /** The engine answered with an error. */
    GENERATION_FAILED,
    /** Text was made, but not provably on the NPU. */
    NPU_UNPROVEN,
    /** The generation passed the time limit of one call. */
    TIMEOUT;

    @Override
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
