package io.npuq.scheduler.common;

import io.npuq.schema.DevicePolicy;
import io.npuq.schema.JobKind;

/** The queued jobs that the same lanes may take, in the order of the queue. */
public enum Line {
    /** Jobs for the NPU only. */
    NPU,
    /** Jobs that the main lane is to take, if it can and in time. */
    PREFER_NPU,
    /** The same, and those of {@link #ANY}, with prompts longer than the main lane takes. */
    TOO_LONG,
    /** Jobs for whichever lane is free. */
    ANY,
    /** Texts that want a vector. */
    EMBEDDING;

    public static Line of(JobKind kind, DevicePolicy device, boolean tooLong) {
        if (kind == JobKind.EMBEDDING) {
            return EMBEDDING;
        }
        if (device == DevicePolicy.NPU) {
            return NPU;
        }
        if (tooLong) {
            return TOO_LONG;
        }
        return device == DevicePolicy.ANY ? ANY : PREFER_NPU;
    }
}
