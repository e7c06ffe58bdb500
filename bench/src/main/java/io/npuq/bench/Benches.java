package io.npuq.bench;

import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.EngineConfig.NpuProperties;
import io.npuq.worker.llm.LlmSettings;
import io.npuq.worker.llm.OpenVinoEngine;
import io.npuq.worker.openvino.OpenVinoInstall;
import io.npuq.worker.prompt.ChatTemplate;
import io.npuq.worker.prompt.JobPrompts;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/** What benchmarks share. */
final class Benches {
    /** Where figures are printed. */
    static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

    private Benches() {}

    /** A language model on the CPU, not loaded yet, with its own prompts and no bound on them. */
    static OpenVinoEngine cpuEngine(Path openVino, Path modelDir, Path cacheDir) {
        LlmSettings settings = new LlmSettings(
                modelDir, DeviceChoice.CPU, NpuProperties.DEFAULT, Integer.MAX_VALUE, cacheDir, Map.of());
        return new OpenVinoEngine(
                () -> OpenVinoInstall.find(openVino),
                settings,
                () -> new JobPrompts(ChatTemplate.load(modelDir, Clock.systemUTC())),
                System::nanoTime);
    }
}
