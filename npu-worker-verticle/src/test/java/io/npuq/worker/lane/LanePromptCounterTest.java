package io.npuq.worker.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.ChatMessage;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Sampling;
import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.EngineConfig.NpuProperties;
import io.npuq.worker.TestRuntime;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.llm.LlmSettings;
import io.npuq.worker.llm.OpenVinoEngine;
import io.npuq.worker.openvino.OpenVinoInstall;
import io.npuq.worker.prompt.ChatTemplate;
import io.npuq.worker.prompt.JobPrompts;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the real tokenizer and chat template of the tiny model. */
final class LanePromptCounterTest {
    /** Letters, blanks, what templates and tokenizers give a meaning, and characters that their normal form takes apart. */
    private static final List<String> PIECES = List.of(
            "a",
            "Z",
            "7",
            " ",
            "\n",
            "mail ",
            "<|im_end|>",
            "<|im_start|>",
            "[INST]",
            "é",
            "漢",
            "🙂",
            "\u0958",
            "\uFB2C",
            "\uD834\uDD60");

    private static OpenVinoEngine engine;

    @BeforeAll
    static void load(@TempDir Path cache) throws Exception {
        Path model = Path.of(Objects.requireNonNull(LanePromptCounterTest.class.getResource("/tiny-qwen2"))
                .toURI());
        engine = new OpenVinoEngine(
                () -> OpenVinoInstall.find(TestRuntime.openVino()),
                new LlmSettings(model, DeviceChoice.CPU, NpuProperties.DEFAULT, Integer.MAX_VALUE, cache, Map.of()),
                () -> new JobPrompts(ChatTemplate.load(model, Clock.systemUTC())),
                System::nanoTime);
        engine.load();
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void noPromptHasMoreTokensThanItsInputMayHave() {
        Random dice = new Random(7);
        for (int i = 0; i < 200; i++) {
            String text = text(dice, 1 + dice.nextInt(400));
            for (JobKind kind : JobKind.bounded()) {
                check(new Generation(kind, new JobInput.Text("x" + text), 8, Sampling.GREEDY));
            }
            List<ChatMessage> messages = new ArrayList<>(List.of(new ChatMessage("system", text)));
            for (int turn = 0; turn < 4; turn++) {
                messages.add(new ChatMessage(turn % 2 == 0 ? "user" : "assistant", text(dice, 20)));
            }
            check(new Generation(JobKind.CHAT, new JobInput.Chat(messages), 8, Sampling.GREEDY));
        }
    }

    @Test
    void onlyWhatMayBeTooLongIsCounted() {
        LanePromptCounter counter = new LanePromptCounter(engine, 1_024);
        assertEquals(OptionalInt.empty(), count(counter, "The mail server in Osaka is slow."));
        String longer = "The mail server in Osaka is slow. ".repeat(30);
        Generation same = Generation.of(JobRequest.bounded(JobKind.TITLE, longer));
        assertEquals(engine.promptTokens(same).toCompletableFuture().join(), count(counter, longer));
        assertTrue(count(counter, longer).isPresent());
    }

    @Test
    void engineThatIsClosedCountsNothing() {
        OpenVinoEngine closed = new OpenVinoEngine(
                () -> OpenVinoInstall.find(TestRuntime.openVino()),
                new LlmSettings(Path.of("x"), DeviceChoice.CPU, NpuProperties.DEFAULT, 1, Path.of("y"), Map.of()),
                () -> {
                    throw new AssertionError("nothing is loaded");
                },
                System::nanoTime);
        assertEquals(OptionalInt.empty(), count(new LanePromptCounter(closed, 1), "a text"));
    }

    private static OptionalInt count(LanePromptCounter counter, String text) {
        return counter.promptTokens(JobRequest.bounded(JobKind.TITLE, text))
                .toCompletableFuture()
                .join();
    }

    private static void check(Generation generation) {
        int tokens =
                engine.promptTokens(generation).toCompletableFuture().join().orElseThrow();
        long most = LanePromptCounter.tokensMax(generation.input());
        assertTrue(tokens <= most, () -> tokens + " tokens, " + most + " at most: " + generation);
    }

    private static String text(Random dice, int pieces) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES.get(dice.nextInt(PIECES.size())));
        }
        return text.toString();
    }
}
