package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why generation ended. */
public enum FinishReason implements WireName {
    /** The model ended its turn, or a stop string came. */
    STOP,
    /** The token bound was reached. */
    LENGTH,
    /** It was cancelled, or its deadline passed. */
    CANCELLED;

    @Override
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
