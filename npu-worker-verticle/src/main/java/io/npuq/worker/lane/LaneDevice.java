package io.npuq.worker.lane;

import io.npuq.schema.Lane;
import io.npuq.worker.builtin.BuiltinEngine;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.TestOverride;
import io.npuq.worker.remote.RemoteEngine;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The device of a loaded engine, as it is shown.
 *
 * @param requested what the engine was told to use
 * @param actual what executes the model, by the runtime's word
 * @param npu whether that is the NPU; under a test override, whether it stands for it
 */
record LaneDevice(String requested, String actual, boolean npu) {
    /** OpenVINO numbers devices of one kind where there are several. */
    private static final Pattern NPU = Pattern.compile("NPU(\\.[0-9]+)?");

    /** Under an override the NPU's plugin runs on the CPU: it stands for the NPU, and every name says what it is. */
    static LaneDevice of(EngineInfo info, Optional<TestOverride> override) {
        if (override.isPresent() && isNpu(info.deviceRequested())) {
            return new LaneDevice(TestOverride.DEVICE, TestOverride.DEVICE, true);
        }
        return new LaneDevice(info.deviceRequested(), info.deviceActual(), isNpu(info.deviceActual()));
    }

    /** The lane that an engine on this device is. */
    Lane lane() {
        if (npu) {
            return Lane.NPU;
        }
        if (actual.startsWith("GPU")) {
            return Lane.GPU;
        }
        if (actual.startsWith(RemoteEngine.DEVICE)) {
            return Lane.REMOTE;
        }
        return actual.equals(BuiltinEngine.DEVICE) ? Lane.BUILTIN : Lane.CPU;
    }

    static boolean isNpu(String device) {
        return NPU.matcher(device).matches();
    }
}
