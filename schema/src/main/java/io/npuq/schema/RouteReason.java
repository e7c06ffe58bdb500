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
    /** There is no NPU that could take jobs now: OpenVINO finds none, it is set aside for a while, or its lane is not ready. */
    NPU_UNAVAILABLE,
    /** The model did not load on the NPU. */
    LOAD_FAILED,
    /** The job may run anywhere, and the NPU was busy. */
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
