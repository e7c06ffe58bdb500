package io.npuq.api.worker;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.generate.JobProblems;
import io.npuq.api.http.JsonOut;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobResult;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.Outcome;
import io.npuq.schema.Timing;
import io.npuq.schema.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The answer of the bounded worker contract, over HTTP and from the command line alike.
 *
 * <p>Its {@code device} is the one that this npuq is set to use, as {@code /healthz} says it. Where something else than the NPU executed
 * the job, {@code device_actual} is added and names it. An answer that is not proven on the NPU carries {@code error} as well.
 */
public final class WorkerAnswer {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final JobKind kind;
    private final Optional<JobResult> result;
    private final Optional<JobError> failure;
    private final Optional<Evidence> evidence;
    private final LaneStatus lane;
    private final boolean fallbackAllowed;

    private WorkerAnswer(
            JobKind kind,
            Optional<JobResult> result,
            Optional<JobError> failure,
            Optional<Evidence> evidence,
            LaneStatus lane,
            boolean fallbackAllowed) {
        this.kind = kind;
        this.result = result;
        this.failure = failure;
        this.evidence = evidence;
        this.lane = lane;
        this.fallbackAllowed = fallbackAllowed;
    }

    /**
     * The answer for one attempt that has ended.
     *
     * @param kind what was asked
     * @param outcome how it ended
     * @param lane the main lane: its device, its model where the evidence names none, and its cache
     * @param fallbackAllowed whether a job that another device than the NPU ran is a success
     */
    public static WorkerAnswer of(JobKind kind, Outcome outcome, LaneStatus lane, boolean fallbackAllowed) {
        return new WorkerAnswer(kind, outcome.result(), outcome.error(), outcome.evidence(), lane, fallbackAllowed);
    }

    /** The answer for a job in its final state; see {@link #of(JobKind, Outcome, LaneStatus, boolean)}. */
    public static WorkerAnswer of(Job job, LaneStatus lane, boolean fallbackAllowed) {
        return new WorkerAnswer(job.kind(), job.result(), job.error(), job.evidence(), lane, fallbackAllowed);
    }

    /** The HTTP status: 200 when the job succeeded and is proven on the NPU, or ran elsewhere where that is allowed. */
    public int status() {
        return failure.map(error -> JobProblems.status(error.code()))
                .orElseGet(() -> unproven().isEmpty() ? OK : UNAVAILABLE);
    }

    /** The contract's JSON object as UTF-8, without a line end. */
    public byte[] bytes() {
        return JsonOut.object(json -> {
            if (hasPayload()) {
                payload(json, evidence.orElseThrow());
            }
            Optional<String> error = failure.map(JobError::message).or(this::unproven);
            if (error.isPresent()) {
                json.writeStringField("error", error.get());
            }
        });
    }

    /** The same as text, for a terminal. */
    public String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** Text was made: the client sees it, and what is known of where, also when the NPU is not proven. */
    private boolean hasPayload() {
        boolean made =
                failure.map(error -> error.code() == ErrorCode.NPU_UNPROVEN).orElse(true);
        return made && evidence.isPresent();
    }

    private void payload(JsonGenerator json, Evidence ran) throws IOException {
        json.writeStringField("model", ran.model() == null ? lane.model() : ran.model());
        json.writeStringField("device", lane.device());
        json.writeStringField("job", kind.wire());
        json.writeStringField("text", result.map(JobResult::text).orElse(null));
        json.writeFieldName("json");
        json.writeTree(result.map(JobResult::json).orElse(null));
        timing(json, ran.timing());
        JsonOut.number(json, "npu_busy_delta_us", ran.npuBusyDeltaUs());
        JsonOut.number(json, "npu_busy_before_us", ran.npuBusyBeforeUs());
        JsonOut.number(json, "npu_busy_after_us", ran.npuBusyAfterUs());
        json.writeStringField("cache_dir", lane.cacheDir().map(Path::toString).orElse(null));
        if (ran.verdict() == Verdict.FALLBACK) {
            json.writeStringField("device_actual", ran.deviceActual());
        }
    }

    private static void timing(JsonGenerator json, Timing timing) throws IOException {
        json.writeObjectFieldStart("timing_ms");
        JsonOut.decimal(json, "load", timing.load());
        JsonOut.decimal(json, "initial_load", timing.initialLoad());
        JsonOut.decimal(json, "generate", timing.generate());
        JsonOut.decimal(json, "total", timing.total());
        json.writeEndObject();
    }

    /** Why a job that succeeded is no success of the contract; empty when it is one. */
    private Optional<String> unproven() {
        if (failure.isPresent() || evidence.isEmpty()) {
            return Optional.empty();
        }
        Evidence ran = evidence.get();
        return switch (ran.verdict()) {
            case NPU_VERIFIED -> Optional.empty();
            case NPU_UNPROVEN ->
                Optional.of(
                        ran.npuBusyDeltaUs() == null
                                ? "not proven on the NPU: its busy counter cannot be read"
                                : "not proven on the NPU: its busy counter did not grow while the job ran");
            case FALLBACK ->
                fallbackAllowed
                        ? Optional.empty()
                        : Optional.of("not run on the NPU but on " + ran.deviceActual()
                                + Optional.ofNullable(ran.routeReason())
                                        .map(reason -> " (" + reason.wire() + ")")
                                        .orElse("")
                                + "; serve --contract-fallback accepts that, as does run --allow-fallback");
            case CACHED -> Optional.of("not proven on the NPU: nothing was run, the answer was known");
        };
    }
}
