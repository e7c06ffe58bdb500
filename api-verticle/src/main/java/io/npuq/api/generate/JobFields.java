package io.npuq.api.generate;

import io.npuq.api.http.Fields;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.WireName;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads fields that npuq's own API and the dialects share. */
public final class JobFields {
    private JobFields() {}

    /** Where the job may run: the NPU rather than elsewhere, where nothing is said. */
    public static DevicePolicy device(Fields body) {
        return body.text("device")
                .map(name -> WireName.parse(DevicePolicy.class, "device", name))
                .orElse(DevicePolicy.PREFER_NPU);
    }

    /** A time in milliseconds. */
    public static Optional<Duration> millis(Fields body, String name) {
        OptionalLong ms = body.integer(name);
        return ms.isEmpty() ? Optional.empty() : Optional.of(Duration.ofMillis(ms.getAsLong()));
    }
}
