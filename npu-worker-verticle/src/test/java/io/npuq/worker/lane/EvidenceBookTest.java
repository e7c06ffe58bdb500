package io.npuq.worker.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.Embedding;
import io.npuq.schema.EmbeddingVector;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.RouteReason;
import io.npuq.schema.Timing;
import io.npuq.schema.Usage;
import io.npuq.schema.Verdict;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.TestOverride;
import io.npuq.worker.process.ScriptedEngine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EvidenceBookTest {
    private static final TestOverride OVERRIDE = new TestOverride(Path.of("counter"));

    @ParameterizedTest
    @CsvSource({
        // what OpenVINO says, growth, verdict
        "NPU, 1, NPU_VERIFIED",
        "NPU.1, 52000, NPU_VERIFIED",
        "NPU, 0, NPU_UNPROVEN",
        "NPU, , NPU_UNPROVEN",
        "CPU, 52000, FALLBACK",
        "CPU, , FALLBACK",
        "GPU.0, 1, FALLBACK",
        "'NPU,CPU', 1, FALLBACK",
        "BUILTIN, 1, FALLBACK",
        "NPU on CPU, 1, FALLBACK",
        "npu, 1, FALLBACK"
    })
    void theVerdictTakesBothOpenVinosWordAndTheCounter(String actual, @Nullable Long growth, Verdict verdict) {
        LaneDevice device = LaneDevice.of(info("NPU", actual, null), Optional.empty());
        assertEquals(verdict, EvidenceBook.verdict(device, optional(growth)));
    }

    @ParameterizedTest
    @CsvSource({
        "NPU, NPU, , REQUESTED",
        "NPU, ANY, , REQUESTED",
        "NPU, PREFER_NPU, , WITHIN_LIMIT",
        "CPU, ANY, , REQUESTED",
        "CPU, ANY, does not compile, REQUESTED",
        "CPU, PREFER_NPU, , NPU_UNAVAILABLE",
        "CPU, PREFER_NPU, does not compile, LOAD_FAILED",
        "BUILTIN, PREFER_NPU, , NPU_UNAVAILABLE"
    })
    void theRouteSaysWhyThisLane(
            String actual, DevicePolicy policy, @Nullable String npuLoadError, RouteReason reason) {
        assertEquals(
                reason,
                loaded(info("AUTO", actual, npuLoadError), Optional.empty()).onlyRoute(policy));
    }

    @ParameterizedTest
    @CsvSource({"7, NPU_VERIFIED", "0, NPU_UNPROVEN", ", NPU_UNPROVEN"})
    void underTheTestOverrideTheNpuIsNamedAsWhatItIsAndJudgedByTheCounterFile(@Nullable Long growth, Verdict verdict) {
        LoadedEngine loaded = loaded(info("NPU", "CPU", null), Optional.of(OVERRIDE));
        Busy busy = new Busy(OptionalLong.of(1), OptionalLong.of(1), optional(growth), Optional.empty());
        Evidence evidence = EvidenceBook.evidence(loaded, attempt(), Optional.empty(), busy, 1);
        assertEquals("NPU (test override: runs on CPU)", evidence.deviceRequested());
        assertEquals("NPU (test override: runs on CPU)", evidence.deviceActual());
        assertEquals(verdict, evidence.verdict());
    }

    @Test
    void theTestOverrideSaysNothingOfAnEngineThatDoesNotTakeTheNpusPath() {
        LaneDevice device = LaneDevice.of(info("CPU", "CPU", null), Optional.of(OVERRIDE));
        assertEquals(new LaneDevice("CPU", "CPU", false), device);
    }

    @Test
    void everyNumberIsTheOneThatWasMeasured() {
        Generated generated = new Generated("t", null, FinishReason.STOP, new Usage(61, 38), 12.5, 99.25);
        Busy busy = new Busy(OptionalLong.of(10), OptionalLong.of(25), OptionalLong.of(15), Optional.of(true));
        LoadedEngine loaded = loaded(info("NPU", "NPU", null), Optional.empty());
        Evidence evidence = EvidenceBook.evidence(loaded, attempt(), Optional.of(generated), busy, 150);
        assertEquals(
                new Evidence(
                        "model",
                        "digest",
                        "runtime",
                        "driver",
                        "NPU",
                        "NPU",
                        RouteReason.SPILL,
                        5,
                        61,
                        32,
                        38,
                        new Timing(40.0, 3.0, 777.0, 12.5, 99.25, 150.0),
                        10L,
                        25L,
                        15L,
                        true,
                        2,
                        Verdict.NPU_VERIFIED),
                evidence);
    }

    @Test
    void whatWasNotMeasuredIsNull() {
        Busy busy = new Busy(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), Optional.empty());
        LoadedEngine loaded = loaded(info("NPU", "NPU", null), Optional.empty());
        Evidence evidence = EvidenceBook.evidence(loaded, attempt(), Optional.empty(), busy, 150);
        assertNull(evidence.promptTokens());
        assertNull(evidence.completionTokens());
        assertNull(evidence.npuBusyBeforeUs());
        assertNull(evidence.npuBusyAfterUs());
        assertNull(evidence.npuBusyDeltaUs());
        assertNull(evidence.npuBusyQuiet());
        assertNull(evidence.timing().timeToFirstToken());
        assertNull(evidence.timing().generate());
    }

    @Test
    void whatWasKnownBeforeNamesNoDeviceAndProvesNothing() {
        Embedding known = new Embedding(EmbeddingVector.of(new float[] {1}), 4, false, true);
        Generated generated =
                new Generated("", null, FinishReason.STOP, new Usage(4, 0), null, 0, List.of(known, known));
        Busy busy = new Busy(OptionalLong.of(10), OptionalLong.of(25), OptionalLong.of(15), Optional.of(true));
        LoadedEngine loaded = loaded(info("NPU", "NPU", null), Optional.empty());
        Evidence evidence = EvidenceBook.evidence(loaded, attempt(), Optional.of(generated), busy, 150);
        assertEquals(Verdict.CACHED, evidence.verdict());
        assertNull(evidence.deviceActual());
        assertNull(evidence.runtime());
        assertNull(evidence.timing().generate());
        assertEquals("digest", evidence.modelDigest());
    }

    private static Attempt attempt() {
        return new Attempt(JobRequest.bounded(JobKind.TITLE, "täst🙂"), RouteReason.SPILL, 2, 40, 3, 0);
    }

    private static EngineInfo info(String requested, String actual, @Nullable String npuLoadError) {
        return new EngineInfo("model", "digest", "runtime", "driver", requested, actual, 777, 1024, npuLoadError, null);
    }

    private static LoadedEngine loaded(EngineInfo info, Optional<TestOverride> override) {
        ScriptedEngine engine = new ScriptedEngine(JsonNodeFactory.instance.objectNode());
        return new LoadedEngine(engine, info, LaneDevice.of(info, override), info.loadMs());
    }

    private static OptionalLong optional(@Nullable Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
