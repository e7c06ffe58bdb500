package io.npuq.worker.process;

import static io.npuq.worker.process.ScriptedChild.script;
import static io.npuq.worker.process.ScriptedChild.signal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.Sampling;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineException.Kind;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.engine.TestOverride;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ProcessEngineTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void textComesInPiecesAndTheAnswerIsWhole() throws EngineException {
        try (ProcessEngine engine = ScriptedChild.engine(LONG)) {
            EngineInfo info = engine.load();
            assertEquals("scripted", info.model());
            List<String> pieces = new ArrayList<>();
            Generated generated = engine.generate(script("ä 🙂 c"), pieces::add, new CancelSignal());
            assertEquals(List.of("ä", "🙂", "c"), pieces);
            assertEquals("ä🙂c", generated.text());
            assertEquals(FinishReason.STOP, generated.finishReason());
        }
    }

    @Test
    void promptsAreCountedWhileAGenerationRuns() throws Exception {
        try (ProcessEngine engine = loaded(LONG)) {
            CancelSignal cancel = new CancelSignal();
            CompletableFuture<OptionalInt> counted = new CompletableFuture<>();
            Generated generated = engine.generate(
                    script("begun wait"),
                    text -> {
                        counted.complete(engine.promptTokens(script("one two three"))
                                .toCompletableFuture()
                                .join());
                        cancel.cancel();
                    },
                    cancel);
            assertEquals(OptionalInt.of(3), counted.get());
            assertEquals(FinishReason.CANCELLED, generated.finishReason());
        }
    }

    @Test
    void aChildThatDoesNotAnswerHoldsNobodyUpWhoAsksForACount() throws Exception {
        try (ProcessEngine engine = loaded(LONG)) {
            CompletableFuture<OptionalInt> never =
                    engine.promptTokens(script("uncounted")).toCompletableFuture();
            assertEquals(OptionalInt.empty(), never.get());
            assertEquals("ok", run(engine, "ok").text());
            CompletableFuture<OptionalInt> lost =
                    engine.promptTokens(script("uncounted")).toCompletableFuture();
            assertThrows(EngineException.class, () -> run(engine, "crash"));
            assertEquals(OptionalInt.empty(), lost.get());
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyKindOfExceptionCrossesThePipeAndTheEngineGoesOn(Kind kind) throws EngineException {
        try (ProcessEngine engine = loaded(LONG)) {
            EngineException e = assertThrows(EngineException.class, () -> run(engine, "fail:" + kind));
            assertEquals(kind, e.kind());
            assertEquals("told to fail with " + kind, e.getMessage());
            assertEquals("ok", run(engine, "ok").text());
        }
    }

    @Test
    void aBugInTheEngineIsNamedWithoutItsMessage() throws EngineException {
        try (ProcessEngine engine = loaded(LONG)) {
            EngineException e = assertThrows(EngineException.class, () -> run(engine, "bug:secret"));
            assertEquals(Kind.GENERATION_FAILED, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains("IllegalStateException at "), e::getMessage);
            assertFalse(String.valueOf(e.getMessage()).contains("secret"));
        }
    }

    @Test
    void aStrayPrintDoesNotReachThePipe() throws EngineException {
        try (ProcessEngine engine = loaded(LONG)) {
            assertEquals("ok", run(engine, "print ok").text());
        }
    }

    @Test
    void aFloodOnStandardErrorIsDrainedAndBlocksNothing() throws EngineException {
        try (ProcessEngine engine = loaded(LONG)) {
            assertEquals("ok", run(engine, "flood ok").text());
        }
    }

    @Test
    void aTestOverrideOfThisProcessIsPassedOnAndNoOtherExists() throws EngineException {
        try (ProcessEngine engine = loaded(LONG)) {
            assertEquals(
                    "none", run(engine, "property:" + TestOverride.PROPERTY).text());
        }
        System.setProperty(TestOverride.PROPERTY, "counter.file");
        try (ProcessEngine engine = loaded(LONG)) {
            assertEquals(
                    "counter.file",
                    run(engine, "property:" + TestOverride.PROPERTY).text());
        } finally {
            System.clearProperty(TestOverride.PROPERTY);
        }
    }

    @Test
    void killingTheChildLosesTheEngineWithinASecond() throws Exception {
        try (ProcessEngine engine = loaded(LONG)) {
            Call call = Call.start(engine, "pid wait");
            long killed = System.nanoTime();
            signal("KILL", call.pid());
            EngineException e = call.failure();
            assertEquals(Kind.ENGINE_LOST, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains("exit code 137"), e::getMessage);
            assertBelow(Duration.ofSeconds(1), killed);
            assertTrue(engine.lost().toCompletableFuture().isDone());
            assertThrows(IllegalStateException.class, engine::load);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"crash", "garbage wait", "oversized wait"})
    void aCrashOrWhatIsNoFrameEndsTheProcessAndLosesTheEngine(String script) throws Exception {
        try (ProcessEngine engine = loaded(LONG)) {
            long begun = System.nanoTime();
            Call call = Call.start(engine, "pid " + script);
            assertEquals(Kind.ENGINE_LOST, call.failure().kind());
            assertBelow(Duration.ofSeconds(2), begun);
            assertGone(call.pid());
        }
    }

    @Test
    void aChildThatDiesWhileIdleIsToldOfAndTheNextCallIsLost() throws Exception {
        try (ProcessEngine engine = loaded(LONG)) {
            signal("KILL", pid(engine));
            assertTrue(
                    engine.lost().toCompletableFuture().get(1, TimeUnit.SECONDS).contains("137"));
            EngineException e = assertThrows(EngineException.class, () -> run(engine, "ok"));
            assertEquals(Kind.ENGINE_LOST, e.kind());
        }
    }

    @Test
    void aChildThatCannotLoadSaysWhy() {
        try (ProcessEngine engine = ScriptedChild.engine(settings().put("fail", "model x is missing"), LONG)) {
            EngineException e = assertThrows(EngineException.class, engine::load);
            assertEquals(Kind.MODEL_UNAVAILABLE, e.kind());
            assertEquals("model x is missing", e.getMessage());
            assertThrows(IllegalStateException.class, () -> run(engine, "ok"));
        }
    }

    @Test
    void aChildThatEndsWhileItLoadsIsLost() {
        try (ProcessEngine engine = ScriptedChild.engine(settings().put("exit", 3), LONG)) {
            EngineException e = assertThrows(EngineException.class, engine::load);
            assertEquals(Kind.ENGINE_LOST, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains("exit code 3"), e::getMessage);
        }
    }

    @Test
    void aProgramThatIsMissingIsNamed() {
        ProcessSettings settings = new ProcessSettings(List.of("/no/such/java"), settings(), LONG, LONG);
        try (ProcessEngine engine = new ProcessEngine(settings)) {
            EngineException e = assertThrows(EngineException.class, engine::load);
            assertEquals(Kind.MODEL_UNAVAILABLE, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains("/no/such/java"), e::getMessage);
        }
    }

    @Test
    void aLoadPastItsLimitIsLost() {
        ProcessSettings settings = new ProcessSettings(
                ScriptedChild.command(), settings().put("hang", true), Duration.ofMillis(300), LONG);
        try (ProcessEngine engine = new ProcessEngine(settings)) {
            EngineException e = assertThrows(EngineException.class, engine::load);
            assertEquals(Kind.ENGINE_LOST, e.kind());
            assertTrue(String.valueOf(e.getMessage()).contains("within 300 ms"), e::getMessage);
        }
    }

    @Test
    void closingFromAnotherThreadEndsALoad(@TempDir Path directory) {
        Path began = directory.resolve("began");
        ProcessEngine engine = ScriptedChild.engine(settings().put("hang", true).put("touch", began.toString()), LONG);
        CompletableFuture<EngineException> load =
                CompletableFuture.supplyAsync(() -> assertThrows(EngineException.class, engine::load));
        while (!Files.exists(began)) {
            Thread.onSpinWait();
        }
        engine.close();
        assertEquals(Kind.ENGINE_LOST, load.join().kind());
    }

    @Test
    void aCancelledGenerationStopsAtTheNextTokenWithWhatThereIs() throws Exception {
        try (ProcessEngine engine = loaded(LONG)) {
            Call call = Call.start(engine, "pid half wait never");
            call.pid();
            call.cancel.cancel();
            Generated generated = call.answer.get();
            assertEquals(FinishReason.CANCELLED, generated.finishReason());
            assertTrue(generated.text().endsWith("half"));
            assertEquals("ok", run(engine, "ok").text());
        }
    }

    @Test
    void aCancelThatIsNotObeyedEndsTheProcessAfterItsGrace() throws Exception {
        try (ProcessEngine engine = loaded(LONG)) {
            Call call = Call.start(engine, "pid deaf");
            long pid = call.pid();
            long cancelled = System.nanoTime();
            call.cancel.cancel();
            assertEquals(Kind.ENGINE_LOST, call.failure().kind());
            assertBelow(ProcessEngine.CANCEL_GRACE.plusMillis(1_000), cancelled);
            assertGone(pid);
        }
    }

    @Test
    void aStoppedChildIsEndedAtTheLimitOfTheCall() throws Exception {
        try (ProcessEngine engine = loaded(Duration.ofMillis(500))) {
            Call call = Call.start(engine, "pid wait");
            long begun = System.nanoTime();
            signal("STOP", call.pid());
            assertEquals(Kind.TIMEOUT, call.failure().kind());
            assertBelow(ProcessEngine.CANCEL_GRACE.plusMillis(1_000), begun);
            assertTrue(engine.lost().toCompletableFuture().isDone());
            assertGone(call.pid());
        }
    }

    @Test
    void aStoppedChildWithAFullPipeBlocksNobodyPastTheLimit() throws Exception {
        try (ProcessEngine engine = loaded(Duration.ofMillis(300))) {
            signal("STOP", pid(engine));
            JobInput large = new JobInput.Chat(List.of(new ChatMessage("user", "x".repeat(1 << 20))));
            Generation generation = new Generation(JobKind.CHAT, large, 1, Sampling.GREEDY);
            EngineException e = assertThrows(
                    EngineException.class, () -> engine.generate(generation, text -> {}, new CancelSignal()));
            assertEquals(Kind.TIMEOUT, e.kind());
        }
    }

    @Test
    void aCallPastItsLimitThatStopsWhenToldIsATimeoutAndTheEngineGoesOn() throws EngineException {
        try (ProcessEngine engine = loaded(Duration.ofMillis(300))) {
            EngineException e = assertThrows(EngineException.class, () -> run(engine, "wait"));
            assertEquals(Kind.TIMEOUT, e.kind());
            assertFalse(engine.lost().toCompletableFuture().isDone());
            assertEquals("ok", run(engine, "ok").text());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"INT", "TERM", "HUP"})
    void aSignalToTheWholeGroupLeavesTheChildToItsParent(String name) throws Exception {
        try (ProcessEngine engine = loaded(LONG)) {
            signal(name, pid(engine));
            assertEquals("ok", run(engine, "ok").text());
        }
    }

    @Test
    void closingEndsTheProcessAndClosingTwiceIsHarmless() throws EngineException {
        ProcessEngine engine = loaded(LONG);
        long pid = pid(engine);
        engine.close();
        engine.close();
        assertGone(pid);
        assertThrows(IllegalStateException.class, () -> run(engine, "ok"));
    }

    @Test
    void closingFromAnotherThreadEndsTheCallThatIsUnderWay() throws Exception {
        ProcessEngine engine = loaded(LONG);
        Call call = Call.start(engine, "pid deaf");
        long pid = call.pid();
        engine.close();
        assertEquals(Kind.ENGINE_LOST, call.failure().kind());
        assertGone(pid);
    }

    @Test
    void anOrphanEndsWhenItsParentIsKilled() throws Exception {
        List<String> command = List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                ParentOfScriptedChild.class.getName());
        Process parent = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            ProcessHandle child =
                    ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
            signal("KILL", parent.pid());
            child.onExit().get(5, TimeUnit.SECONDS);
        } finally {
            parent.destroyForcibly();
        }
    }

    private static ProcessEngine loaded(Duration inferenceTimeout) throws EngineException {
        ProcessEngine engine = ScriptedChild.engine(inferenceTimeout);
        engine.load();
        return engine;
    }

    private static ObjectNode settings() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static Generated run(ProcessEngine engine, String words) throws EngineException {
        return engine.generate(script(words), text -> {}, new CancelSignal());
    }

    private static long pid(ProcessEngine engine) throws EngineException {
        return Long.parseLong(run(engine, "pid").text().strip());
    }

    private static void assertGone(long pid) {
        assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false), "process " + pid + " lives");
    }

    private static void assertBelow(Duration limit, long sinceTick) {
        Duration took = Duration.ofNanos(System.nanoTime() - sinceTick);
        assertTrue(took.compareTo(limit) < 0, () -> "took " + took);
    }

    /** A generation on a thread of its own, whose first token is the child's process id. */
    private record Call(
            CompletableFuture<String> firstToken, CancelSignal cancel, CompletableFuture<Generated> answer) {
        static Call start(ProcessEngine engine, String words) {
            CompletableFuture<String> first = new CompletableFuture<>();
            CancelSignal cancel = new CancelSignal();
            return new Call(first, cancel, CompletableFuture.supplyAsync(() -> {
                try {
                    return engine.generate(script(words), first::complete, cancel);
                } catch (EngineException e) {
                    throw new CompletionException(e);
                }
            }));
        }

        long pid() {
            return Long.parseLong(firstToken.join().strip());
        }

        EngineException failure() {
            return assertInstanceOf(
                    EngineException.class,
                    assertThrows(CompletionException.class, answer::join).getCause());
        }
    }
}
