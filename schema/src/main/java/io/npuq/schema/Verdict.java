package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What the evidence proves. It comes from the busy counter and from what executed the model, never from what was asked for. */
public enum Verdict implements WireName {
    /** The NPU executed it and its busy counter grew meanwhile. */
    NPU_VERIFIED,
    /** The NPU is said to have executed it, but its counter did not grow or cannot be read. */
    NPU_UNPROVEN,
    /** Another device executed it. */
    FALLBACK,
    /** No device executed anything: all of the answer was known from jobs before. */
    CACHED;

    @Override
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
