package io.npuq.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Json;
import io.npuq.worker.embedding.EmbeddingEngine;
import io.npuq.worker.embedding.EncoderSettings;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.openvino.OpenVinoInstall;
import io.npuq.worker.process.EngineCommand;
import io.npuq.worker.process.EngineServer;
import io.npuq.worker.process.ProcessEngine;
import io.npuq.worker.process.ProcessSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Seconds for the texts on standard input, a line each up to an empty one, embedded one by one and then all at once, by an engine in a
 * process of its own as the server has it. {@code embed_rate.py} runs it in turns with the same model in Python, as a machine's speed
 * drifts.
 *
 * <p>Arguments: the OpenVINO install, the model directory, a cache directory.
 */
public final class EmbedRate {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private EmbedRate() {}

    /** Runs it; without arguments, the engine's process. */
    public static void main(String[] args) throws EngineException, IOException {
        if (args.length == 0) {
            EngineServer.onStandardStreams(EmbedRate::engine);
        }
        ObjectNode load = Json.MAPPER
                .createObjectNode()
                .put("openvino", args[0])
                .put("model", args[1])
                .put("cache", args[2]);
        // As the server starts it.
        List<String> command = EngineCommand.java(
                List.of("--enable-native-access=ALL-UNNAMED", "-Xmx192m", "-XX:CompileThresholdScaling=0.05"),
                EmbedRate.class.getName(),
                List.of());
        try (ProcessEngine engine = new ProcessEngine(new ProcessSettings(command, load, LIMIT, LIMIT))) {
            engine.load();
            run(engine, new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
        }
    }

    private static EmbeddingEngine engine(JsonNode load) {
        return new EmbeddingEngine(
                () -> OpenVinoInstall.find(Path.of(load.get("openvino").textValue())),
                new EncoderSettings(
                        Path.of(load.get("model").textValue()),
                        "CPU",
                        Path.of(load.get("cache").textValue())),
                System::nanoTime);
    }

    private static void run(ProcessEngine engine, BufferedReader in) throws EngineException, IOException {
        List<String> texts = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.isEmpty()) {
                measure(engine, texts, 1);
                measure(engine, texts, texts.size());
                texts.clear();
            } else {
                texts.add(line);
            }
        }
    }

    private static void measure(ProcessEngine engine, List<String> texts, int batch) throws EngineException {
        long began = System.nanoTime();
        for (int from = 0; from < texts.size(); from += batch) {
            JobRequest job = JobRequest.embedding(texts.subList(from, from + batch));
            engine.generate(Generation.of(job), text -> {}, new CancelSignal());
        }
        Benches.OUT.println(String.format(Locale.ROOT, "%d %.6f", batch, (System.nanoTime() - began) / 1e9));
    }
}
