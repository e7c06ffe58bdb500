package io.npuq.api.generate;

import io.npuq.api.http.Fields;
import io.npuq.schema.DeadlineMode;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Limits;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Sampling;
import io.npuq.schema.WireName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what every dialect takes of npuq's own, and makes the job of it, where a client waits for the answer. */
public final class WaitingRequest {
    /** The fields that are read. */
    public static final List<String> NAMES = List.of("priority", "deadline_ms", "device", "metadata");

    private WaitingRequest() {}

    /** The job: urgent where the client says nothing else. */
    public static JobRequest chat(
            Fields body, JobInput input, int maxTokens, Sampling sampling, ResponseFormat format) {
        OptionalLong deadline = body.integer("deadline_ms");
        return new JobRequest(
                JobKind.CHAT,
                input,
                maxTokens,
                body.integer("priority", Limits.PRIORITY_SYNC),
                deadline.isEmpty() ? Optional.empty() : Optional.of(Duration.ofMillis(deadline.getAsLong())),
                DeadlineMode.STRICT,
                Optional.empty(),
                body.text("device")
                        .map(name -> WireName.parse(DevicePolicy.class, "device", name))
                        .orElse(DevicePolicy.PREFER_NPU),
                sampling,
                body.textMap("metadata"),
                format);
    }
}
