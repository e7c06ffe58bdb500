package io.npuq.worker.llm;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.Json;
import io.npuq.schema.Sampling;
import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.EngineConfig.NpuProperties;
import io.npuq.worker.TestRuntime;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.openvino.OpenVinoInstall;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The tiny model of the test resources, and what it was trained to read. */
final class TinyModel {
    /** Lets the NPU plugin run its parts on the CPU: its code path, without an NPU. */
    static final Map<String, String> NPU_PLUGIN_ON_CPU = Map.of("NPUW_DEVICES", "CPU", "NPUW_ONLINE_PIPELINE", "NONE");

    /** Answers as they come: what the references were made with. */
    private static final Prompts PROMPTS = new Prompts() {
        @Override
        public String prompt(Generation generation) {
            return TinyModel.prompt(generation);
        }

        @Override
        public String shape(JobKind kind, String text) {
            return text;
        }
    };

    private TinyModel() {}

    static Path directory() {
        return resource("tiny-qwen2");
    }

    static Path resource(String name) {
        URL url = Objects.requireNonNull(TinyModel.class.getResource("/" + name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The model's chat template, written out. */
    static String prompt(Generation generation) {
        StringBuilder text = new StringBuilder();
        if (generation.input() instanceof JobInput.Chat chat) {
            chat.messages().forEach(message -> text.append(turn(message.role(), message.content())));
        } else {
            text.append(turn("user", ((JobInput.Text) generation.input()).text()));
        }
        return text + "<|im_start|>assistant\n";
    }

    private static String turn(String role, String content) {
        return "<|im_start|>" + role + "\n" + content + "<|im_end|>\n";
    }

    static OpenVinoEngine engine(LlmSettings settings) {
        return new OpenVinoEngine(
                () -> OpenVinoInstall.find(TestRuntime.openVino()), settings, () -> PROMPTS, System::nanoTime);
    }

    static LlmSettings onCpu(Path cache) {
        return new LlmSettings(
                directory(), DeviceChoice.CPU, NpuProperties.DEFAULT, Integer.MAX_VALUE, cache, Map.of());
    }

    static LlmSettings onNpuPlugin(Path cache, NpuProperties properties) {
        return new LlmSettings(directory(), DeviceChoice.NPU, properties, Integer.MAX_VALUE, cache, NPU_PLUGIN_ON_CPU);
    }

    static Generation chat(String user, int maxNewTokens, Sampling sampling) {
        return new Generation(
                JobKind.CHAT, new JobInput.Chat(List.of(new ChatMessage("user", user))), maxNewTokens, sampling);
    }

    /** The lines of the greedy reference. */
    static List<JsonNode> references() {
        try (Stream<String> lines = Files.lines(resource("tiny-qwen2-greedy.jsonl"))) {
            return lines.map(TinyModel::parse).toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode parse(String line) {
        try {
            return Json.MAPPER.readTree(line);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static CancelSignal never() {
        return new CancelSignal();
    }
}
