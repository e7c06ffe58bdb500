package io.npuq.scheduler.common;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.npuq.scheduler.journal.Body;
import io.npuq.schema.DeadlineMode;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Sampling;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of a request is text, or may hold text, or matters only while the job is open: it goes to the body file and is erased with it.
 *
 * @param input what the job is about
 * @param chosen how tokens are chosen, whose stop strings are text; null is greedy
 * @param metadata the client's labels
 * @param mode what was to happen if the backlog ruled the deadline out; null is strict
 * @param heldBackMs how long it was to wait at least, in milliseconds; null for not at all
 * @param format what form the answer has to have, whose schema is text; null is any
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record StoredInput(
        JobInput input,
        @JsonProperty("sampling") @Nullable Sampling chosen,
        Map<String, String> metadata,
        @Nullable DeadlineMode mode,
        @Nullable Long heldBackMs,
        @JsonProperty("response_format") @Nullable ResponseFormat format) {
    /** What of that request is stored. */
    public static StoredInput from(JobRequest request) {
        return new StoredInput(
                request.input(),
                request.sampling().equals(Sampling.GREEDY) ? null : request.sampling(),
                request.metadata(),
                request.deadlineMode() == DeadlineMode.STRICT ? null : request.deadlineMode(),
                request.runAfter().map(Duration::toMillis).orElse(null),
                request.responseFormat().equals(ResponseFormat.TEXT) ? null : request.responseFormat());
    }

    /** How tokens are chosen. */
    public Sampling sampling() {
        return chosen == null ? Sampling.GREEDY : chosen;
    }

    /** What was to happen if the backlog ruled the deadline out. */
    public DeadlineMode deadlineMode() {
        return mode == null ? DeadlineMode.STRICT : mode;
    }

    /** How long it was to wait at least. */
    public Optional<Duration> runAfter() {
        return Optional.ofNullable(heldBackMs).map(Duration::ofMillis);
    }

    /** What form the answer has to have. */
    public ResponseFormat responseFormat() {
        return format == null ? ResponseFormat.TEXT : format;
    }

    /** What was asked, with what is kept elsewhere. */
    public JobRequest request(
            JobKind kind, int maxNewTokens, int priority, Optional<Duration> deadline, DevicePolicy device) {
        return new JobRequest(
                kind,
                input,
                maxNewTokens,
                priority,
                deadline,
                deadlineMode(),
                runAfter(),
                device,
                sampling(),
                metadata,
                responseFormat());
    }

    /** The same as it is stored. */
    public Body body() {
        return Body.of(StoredText.write(this));
    }
}
