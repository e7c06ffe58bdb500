package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Where a job may run. */
public enum DevicePolicy implements WireName {
    /** Only on the NPU: it waits, expires or fails there. */
    NPU,
    /** On the NPU; on a fallback lane when the NPU cannot take it. */
    PREFER_NPU,
    /** On whichever lane is free first. */
    ANY;

    @Override
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
