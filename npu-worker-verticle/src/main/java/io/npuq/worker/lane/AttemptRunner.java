package io.npuq.worker.lane;

import io.npuq.schema.DevicePolicy;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobError;
import io.npuq.schema.JobResult;
import io.npuq.schema.Outcome;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineException.Kind;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Runs one attempt on a loaded engine, and writes down its evidence. A lane uses it, and so does a single run without a queue. */
public final class AttemptRunner {
    private final LoadedEngine loaded;
    private final BusyCounter counter;
    private final QuietWatch quietWatch;
    private final LongSupplier ticker;
    private final IdleGaps gaps;

    /**
     * A runner for this engine.
     *
     * @param quietWatch a new one, where no lane was idle before
     * @param ticker monotonic nanoseconds
     */
    public AttemptRunner(LoadedEngine loaded, BusyCounter counter, QuietWatch quietWatch, LongSupplier ticker) {
        this(loaded, counter, quietWatch, ticker, new IdleGaps(nanos -> {}));
    }

    AttemptRunner(LoadedEngine loaded, BusyCounter counter, QuietWatch quietWatch, LongSupplier ticker, IdleGaps gaps) {
        this.loaded = loaded;
        this.counter = counter;
        this.quietWatch = quietWatch;
        this.ticker = ticker;
        this.gaps = gaps;
    }

    /**
     * Runs it. Blocks until it has ended.
     *
     * @param text takes the text as it comes, on the calling thread
     * @param stop ends it at its next token
     * @throws EngineException {@code ENGINE_LOST} when the engine's process or its device was lost, {@code ENGINE_AWAY} when its server
     *     stays away: the job may run again
     */
    public Outcome run(Attempt attempt, Consumer<String> text, StopSignal stop) throws EngineException {
        if (stop.cause().isPresent()) {
            return new Outcome.Stopped(stop.cause().get().error(), Optional.empty(), Optional.empty());
        }
        if (attempt.request().device() == DevicePolicy.NPU && !loaded.device().npu()) {
            return new Outcome.Failed(noNpu(), Optional.empty());
        }
        OptionalLong before = counter.readUs();
        Optional<Boolean> quiet = quietWatch.endIdle(before);
        try {
            Generated generated = generated(attempt, text, stop);
            return ended(generated, evidence(attempt, Optional.of(generated), before, quiet), stop);
        } catch (EngineException e) {
            return broken(e, evidence(attempt, Optional.empty(), before, quiet), stop);
        } finally {
            quietWatch.beginIdle();
        }
    }

    private Generated generated(Attempt attempt, Consumer<String> text, StopSignal stop) throws EngineException {
        gaps.begins(attempt, loaded.device(), ticker.getAsLong());
        try {
            return loaded.engine().generate(Generation.of(attempt.request()), text, stop.signal());
        } finally {
            gaps.ended(ticker.getAsLong());
        }
    }

    private Evidence evidence(
            Attempt attempt, Optional<Generated> generated, OptionalLong before, Optional<Boolean> quiet) {
        OptionalLong after = counter.readUs();
        double totalMs = (ticker.getAsLong() - attempt.acceptedTick()) / 1e6;
        Busy busy = new Busy(before, after, counter.growthUs(before, after), quiet);
        return EvidenceBook.evidence(loaded, attempt, generated, busy, totalMs);
    }

    private static Outcome ended(Generated generated, Evidence evidence, StopSignal stop) {
        boolean partial = generated.finishReason() == FinishReason.CANCELLED;
        JobResult result = new JobResult(
                generated.text(),
                generated.json(),
                generated.finishReason(),
                generated.usage(),
                partial,
                generated.embeddings());
        if (!partial) {
            return new Outcome.Succeeded(result, evidence);
        }
        return stop.cause()
                .<Outcome>map(why -> new Outcome.Stopped(why.error(), Optional.of(result), Optional.of(evidence)))
                .orElseGet(() -> new Outcome.Failed(
                        new JobError(ErrorCode.GENERATION_FAILED, "the engine stopped without being told to"),
                        Optional.of(evidence)));
    }

    /** An engine that had to be ended because it did not stop has stopped all the same: the job ends as it was asked to. */
    private static Outcome broken(EngineException e, Evidence evidence, StopSignal stop) throws EngineException {
        boolean ended = e.kind() == Kind.ENGINE_LOST || e.kind() == Kind.TIMEOUT;
        if (ended && stop.cause().isPresent()) {
            return new Outcome.Stopped(stop.cause().get().error(), Optional.empty(), Optional.of(evidence));
        }
        String message = String.valueOf(e.getMessage());
        return switch (e.kind()) {
            case ENGINE_LOST, ENGINE_AWAY -> throw e;
            case TIMEOUT -> failed(ErrorCode.TIMEOUT, message, Optional.of(evidence));
            case GENERATION_FAILED -> failed(ErrorCode.GENERATION_FAILED, message, Optional.of(evidence));
            case PROMPT_TOO_LONG -> failed(ErrorCode.PROMPT_TOO_LONG, message, Optional.empty());
            case MODEL_UNAVAILABLE, DEVICE_UNAVAILABLE ->
                failed(ErrorCode.MODEL_UNAVAILABLE, message, Optional.empty());
        };
    }

    private static Outcome failed(ErrorCode code, String message, Optional<Evidence> evidence) {
        return new Outcome.Failed(new JobError(code, message), evidence);
    }

    private JobError noNpu() {
        String why = loaded.info().npuLoadError() == null
                ? "this machine has no NPU that OpenVINO can use"
                : "the model did not load on the NPU: " + loaded.info().npuLoadError();
        return new JobError(
                ErrorCode.MODEL_UNAVAILABLE,
                "the job asks for the NPU only, but " + why
                        + "; \"npuq doctor\" says what is missing, and device prefer_npu or any lets "
                        + loaded.device().actual() + " run it");
    }
}
