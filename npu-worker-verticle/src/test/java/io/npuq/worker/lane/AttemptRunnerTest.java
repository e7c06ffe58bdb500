package io.npuq.worker.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Outcome;
import io.npuq.schema.RouteReason;
import io.npuq.schema.Verdict;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineException.Kind;
import io.npuq.worker.process.ScriptedEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AttemptRunnerTest {
    private final AtomicLong tick = new AtomicLong();
    private final StopSignal stop = new StopSignal();
    private final List<String> texts = new ArrayList<>();
    private final Path counterFile;

    AttemptRunnerTest(@TempDir Path directory) {
        counterFile = directory.resolve("counter");
    }

    @BeforeEach
    void counterIsThere() throws IOException {
        Files.writeString(counterFile, "1000\n");
    }

    @Test
    void theCounterIsReadRightBeforeAndAfter() throws EngineException {
        tick.set(Duration.ofMillis(80).toNanos());
        Outcome outcome = run("NPU", request("one grow:" + counterFile));
        Evidence evidence = outcome.evidence().orElseThrow();
        assertEquals(JobState.SUCCEEDED, outcome.state());
        assertEquals(List.of("one"), texts);
        assertEquals(1_000, evidence.npuBusyBeforeUs());
        assertEquals(2_234, evidence.npuBusyAfterUs());
        assertEquals(1_234, evidence.npuBusyDeltaUs());
        assertEquals(Verdict.NPU_VERIFIED, evidence.verdict());
        assertEquals(80.0, evidence.timing().total());
    }

    @Test
    void aCounterThatOthersDriveMakesNoNpuOfACpu() throws EngineException {
        Outcome outcome = run("CPU", request("one grow:" + counterFile));
        assertEquals(Verdict.FALLBACK, outcome.evidence().orElseThrow().verdict());
    }

    @ParameterizedTest
    @CsvSource({
        "PROMPT_TOO_LONG, PROMPT_TOO_LONG, false",
        "MODEL_UNAVAILABLE, MODEL_UNAVAILABLE, false",
        "GENERATION_FAILED, GENERATION_FAILED, true",
        "TIMEOUT, TIMEOUT, true"
    })
    void aFailureKeepsItsKindAndCarriesEvidenceWhereSomethingRan(Kind kind, ErrorCode code, boolean ran)
            throws EngineException {
        Outcome outcome = run("CPU", request("fail:" + kind));
        Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, outcome);
        assertEquals(code, failed.cause().code());
        assertEquals("told to fail with " + kind, failed.cause().message());
        assertEquals(ran, failed.evidence().isPresent());
    }

    @Test
    void aLostEngineIsTheCallersDecision() {
        EngineException e = assertThrows(EngineException.class, () -> run("CPU", request("fail:ENGINE_LOST")));
        assertEquals(Kind.ENGINE_LOST, e.kind());
    }

    @ParameterizedTest
    @CsvSource({"CANCELLED, CANCELLED", "EXPIRED, EXPIRED", "ABANDONED, CANCELLED"})
    void aStoppedRunEndsAsItWasAskedToWithWhatThereIs(StopSignal.Cause cause, JobState state) throws EngineException {
        Outcome outcome = runner("CPU").run(attempt(request("half rest")), text -> stop.stop(cause), stop);
        Outcome.Stopped stopped = assertInstanceOf(Outcome.Stopped.class, outcome);
        assertEquals(state, stopped.state());
        assertEquals("half", stopped.result().orElseThrow().text());
        assertEquals(FinishReason.CANCELLED, stopped.result().orElseThrow().finishReason());
        assertTrue(stopped.result().orElseThrow().partial());
        assertTrue(stopped.evidence().isPresent());
    }

    @ParameterizedTest
    @CsvSource({"ENGINE_LOST", "TIMEOUT"})
    void anEngineThatHadToBeEndedForACancelEndsTheJobCancelled(Kind kind) throws EngineException {
        Outcome broken = runner("CPU")
                .run(attempt(request("half fail:" + kind)), text -> stop.stop(StopSignal.Cause.CANCELLED), stop);
        assertEquals(JobState.CANCELLED, broken.state());
    }

    @Test
    void whatWasStoppedBeforeItBeganRunsNothing() throws EngineException {
        stop.stop(StopSignal.Cause.EXPIRED);
        Outcome outcome = run("CPU", request("one"));
        assertEquals(JobState.EXPIRED, outcome.state());
        assertEquals(Optional.empty(), outcome.evidence());
        assertEquals(List.of(), texts);
    }

    @Test
    void aJobForTheNpuOnlyFailsWhereThereIsNoneAndSaysWhatToDo() throws EngineException {
        Outcome outcome = run("CPU", request("one").withDevice(DevicePolicy.NPU));
        Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, outcome);
        assertEquals(ErrorCode.MODEL_UNAVAILABLE, failed.cause().code());
        assertTrue(failed.cause().message().contains("no NPU that OpenVINO can use"));
        assertTrue(failed.cause().message().contains("npuq doctor"));
        assertEquals(Optional.empty(), failed.evidence());
        assertEquals(List.of(), texts);
    }

    private Outcome run(String device, JobRequest request) throws EngineException {
        return runner(device).run(attempt(request), texts::add, stop);
    }

    private AttemptRunner runner(String device) throws EngineException {
        BusyCounter counter = BusyCounter.of(Optional.of(counterFile));
        ScriptedEngine engine =
                new ScriptedEngine(JsonNodeFactory.instance.objectNode().put("device", device));
        return new AttemptRunner(
                LoadedEngine.load(engine, Optional.empty()), counter, new QuietWatch(counter, tick::get), tick::get);
    }

    private static Attempt attempt(JobRequest request) {
        return new Attempt(request, RouteReason.WITHIN_LIMIT, 1, 0, 0, 0);
    }

    private static JobRequest request(String words) {
        return JobRequest.bounded(JobKind.TITLE, words);
    }
}
