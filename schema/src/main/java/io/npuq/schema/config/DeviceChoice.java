package io.npuq.schema.config;

import io.npuq.schema.WireName;
import java.util.List;

/** Which device the main lane uses. */
public enum DeviceChoice implements WireName {
    /** The first of NPU, GPU, CPU that is there and loads the model. */
    AUTO,
    /** The NPU only. */
    NPU,
    /** The GPU only. */
    GPU,
    /** The CPU, through OpenVINO. */
    CPU,
    /** The extractive engine in pure Java: no model, no native code. */
    BUILTIN,
    /** Another server that speaks OpenAI's dialect; never the main lane. */
    REMOTE;

    /** Those that a main lane can have: all of this machine. */
    public static List<DeviceChoice> ofMainLanes() {
        return List.of(AUTO, NPU, GPU, CPU, BUILTIN);
    }

    @Override
    public String wire() {
        return name();
    }
}
