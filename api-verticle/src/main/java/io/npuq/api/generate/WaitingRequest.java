package io.npuq.api.generate;

import io.npuq.api.http.Fields;
import io.npuq.schema.DeadlineMode;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Limits;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Sampling;
import java.util.List;
import java.util.Optional;

/** Reads what every dialect takes of npuq's own, and makes the job of it, where a client waits for the answer. */
public final class WaitingRequest {
    /** The fields that are read. */
    public static final List<String> NAMES = List.of("priority", "deadline_ms", "device", "metadata");

    private WaitingRequest() {}

    /** The job: urgent where the client says nothing else. */
    public static JobRequest chat(
            Fields body, JobInput input, int maxTokens, Sampling sampling, ResponseFormat format) {
        return new JobRequest(
                JobKind.CHAT,
                input,
                maxTokens,
                body.integer("priority", Limits.PRIORITY_SYNC),
                JobFields.millis(body, "deadline_ms"),
                DeadlineMode.STRICT,
                Optional.empty(),
                JobFields.device(body),
                sampling,
                body.textMap("metadata"),
                format);
    }
}
