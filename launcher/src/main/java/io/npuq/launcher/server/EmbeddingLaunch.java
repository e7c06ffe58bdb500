package io.npuq.launcher.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.Json;
import io.npuq.worker.embedding.EmbeddingEngine;
import io.npuq.worker.embedding.EncoderSettings;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.openvino.OpenVinoInstall;
import java.nio.file.Path;

/**
 * All that an embedding engine needs to know, as the load message of its process carries it.
 *
 * @param openVino where OpenVINO is installed
 * @param modelDir the model
 * @param device as OpenVINO names it
 * @param cacheDir where compiled models are kept
 */
public record EmbeddingLaunch(Path openVino, Path modelDir, String device, Path cacheDir) {
    /** As the load message carries it. */
    public JsonNode json() {
        return Json.MAPPER.valueToTree(this);
    }

    /** Out of a load message. */
    public static EmbeddingLaunch read(JsonNode json) {
        try {
            return Json.MAPPER.treeToValue(json, EmbeddingLaunch.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the load message is not of this version of npuq", e);
        }
    }

    /** The engine, in this process, not loaded yet. */
    public Engine engine() {
        return new EmbeddingEngine(
                () -> OpenVinoInstall.find(openVino),
                new EncoderSettings(modelDir, device, cacheDir),
                System::nanoTime);
    }
}
