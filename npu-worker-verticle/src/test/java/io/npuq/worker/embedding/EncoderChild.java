package io.npuq.worker.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.Json;
import io.npuq.worker.TestRuntime;
import io.npuq.worker.openvino.OpenVinoInstall;
import io.npuq.worker.process.EngineCommand;
import io.npuq.worker.process.EngineServer;
import io.npuq.worker.process.ProcessEngine;
import io.npuq.worker.process.ProcessSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A child process with an encoder in it. */
public final class EncoderChild {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private EncoderChild() {}

    public static void main(String[] arguments) throws IOException {
        EngineServer.onStandardStreams(EncoderChild::engine);
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

    static ProcessEngine of(Path model, Path cache) {
        ObjectNode load = Json.MAPPER
                .createObjectNode()
                .put("openvino", TestRuntime.openVino().toString())
                .put("model", model.toString())
                .put("cache", cache.toString());
        List<String> command = EngineCommand.java(
                List.of("--enable-native-access=ALL-UNNAMED", "-Xmx192m"), EncoderChild.class.getName(), List.of());
        return new ProcessEngine(new ProcessSettings(command, load, LIMIT, LIMIT));
    }
}
