package io.npuq.bench;

import static java.util.Objects.requireNonNull;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.Sampling;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.llm.OpenVinoEngine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Tokens a second of one answer after another on the CPU, greedy and streamed, and the time of a long prompt. Each line on standard input
 * runs a round. {@code decode_rate.py} runs it in turns with openvino_genai, as a machine's speed drifts.
 *
 * <p>Arguments: the OpenVINO install, the model directory (SmolLM2, whose template is written out here), a cache directory.
 */
public final class DecodeRate {
    private static final int NEW_TOKENS = 128;
    private static final int PREFILL_WORDS = 1_000;
    private static final List<String> PROMPTS = List.of(
            "Write a long story about a lighthouse keeper.",
            "Explain in detail how a refrigerator works.",
            "Describe a day in the life of a mail carrier, hour by hour.");

    private final OpenVinoEngine engine;

    private DecodeRate(OpenVinoEngine engine) {
        this.engine = engine;
    }

    /** Runs it. */
    public static void main(String[] args) throws EngineException, IOException {
        try (OpenVinoEngine engine = Benches.cpuEngine(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]))) {
            engine.load();
            new DecodeRate(engine).run(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
        }
    }

    private void run(BufferedReader rounds) throws EngineException, IOException {
        while (rounds.readLine() != null) {
            for (String prompt : PROMPTS) {
                measure(prompt, NEW_TOKENS);
            }
            measure("word ".repeat(PREFILL_WORDS), 1);
        }
    }

    private void measure(String user, int newTokens) throws EngineException {
        Generation generation = new Generation(
                JobKind.CHAT, new JobInput.Chat(List.of(new ChatMessage("user", user))), newTokens, Sampling.GREEDY);
        StringBuilder streamed = new StringBuilder();
        Generated made = engine.generate(generation, streamed::append, new CancelSignal());
        double firstMs = requireNonNull(made.timeToFirstTokenMs());
        double rate = (requireNonNull(made.usage().completionTokens()) - 1) * 1e3 / (made.generateMs() - firstMs);
        Benches.OUT.println(String.format(
                Locale.ROOT,
                "%-14s %7d %4d %9.1f %9.1f %9.1f",
                "npuq",
                made.usage().promptTokens(),
                made.usage().completionTokens(),
                firstMs,
                rate,
                made.generateMs()));
    }
}
