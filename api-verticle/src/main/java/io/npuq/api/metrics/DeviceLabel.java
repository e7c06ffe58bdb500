package io.npuq.api.metrics;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A device as a label: its kind, whichever of several it is. */
final class DeviceLabel {
    /** Nothing was executed. */
    static final String NONE = "none";

    static final String OTHER = "other";

    /** The NPU's code path on the CPU, by the test override: it must not pass for an NPU. */
    static final String TEST_OVERRIDE = "NPU (test override)";

    private static final Set<String> KINDS = Set.of("NPU", "GPU", "CPU", "remote", "builtin");

    private DeviceLabel() {}

    /** The kind of what executed a model, by the evidence's word. */
    static String of(@Nullable String device) {
        if (device == null) {
            return NONE;
        }
        if (KINDS.contains(device)) {
            return device;
        }
        if (device.startsWith(TEST_OVERRIDE.substring(0, TEST_OVERRIDE.length() - 1))) {
            return TEST_OVERRIDE;
        }
        String kind = device.split("[. ]", 2)[0];
        return KINDS.contains(kind) ? kind : OTHER;
    }
}
