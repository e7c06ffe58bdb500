package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why a job ran on the lane it ran on. */
public enum RouteReason implements WireName {
    /** The job named this device, or any. */
    REQUESTED,
    /** The usual case: it fits the NPU, and the NPU took it. */
    WITHIN_LIMIT,
    /** Its prompt is longer than the NPU takes. */
    PROMPT_TOO_LONG,
    /** This machine has no NPU that OpenVINO can use. */
    NPU_UNAVAILABLE,
    /** The model did not load on the NPU. */
    LOAD_FAILED,
    /** The NPU has more work than it may queue. */
    NPU_SATURATED,
    /** The NPU would have reached it after its deadline. */
    DEADLINE_AT_RISK,
    /** The NPU would have reached it too late. */
    SPILL;

    @Override
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
