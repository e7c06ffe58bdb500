package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** A device with its own engine and its own loop. */
public enum Lane implements WireName {
    /** The NPU. */
    NPU,
    /** A GPU that OpenVINO can use. */
    GPU,
    /** The CPU, through OpenVINO. */
    CPU,
    /** Another server that speaks the OpenAI dialect. */
    REMOTE,
    /** The extractive engine in pure Java. */
    BUILTIN,
    /** Vectors for texts, on whatever device; takes nothing else, and nothing else takes its jobs. */
    EMBEDDING;

    @Override
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
