package io.npuq.launcher.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.Json;
import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.EngineConfig;
import io.npuq.schema.config.EngineConfig.NpuProperties;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.TestOverride;
import io.npuq.worker.llm.LlmSettings;
import io.npuq.worker.llm.OpenVinoEngine;
import io.npuq.worker.openvino.OpenVinoInstall;
import io.npuq.worker.prompt.ChatTemplate;
import io.npuq.worker.prompt.JobPrompts;
import io.npuq.worker.setup.Installed;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;

/**
 * All that an engine on OpenVINO needs to know. The server writes it into the load message of the engine's process; {@code npuq run} makes
 * the engine in its own.
 *
 * @param openVino where OpenVINO is installed
 * @param modelDir the model
 * @param device which device
 * @param npu compile properties for the NPU
 * @param tokenLimit longest prompt that goes to the NPU, in tokens
 * @param cacheDir where compiled models are kept
 */
public record EngineLaunch(
        Path openVino, Path modelDir, DeviceChoice device, NpuProperties npu, int tokenLimit, Path cacheDir) {
    /** The engine for that device, by this configuration and what is installed. */
    public static EngineLaunch of(EngineConfig config, DeviceChoice device, Installed installed) {
        return new EngineLaunch(
                installed.openVinoRoot(),
                installed.modelDir(),
                device,
                config.npu(),
                config.tokenLimit(),
                config.cacheDir());
    }

    /** As the load message carries it. */
    public JsonNode json() {
        return Json.MAPPER.valueToTree(this);
    }

    /** Out of a load message. */
    public static EngineLaunch read(JsonNode json) {
        try {
            return Json.MAPPER.treeToValue(json, EngineLaunch.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the load message is not of this version of npuq", e);
        }
    }

    /** The engine, in this process, not loaded yet. */
    public Engine engine() {
        Map<String, String> properties = TestOverride.ofThisProcess()
                .map(TestOverride::compileProperties)
                .orElse(Map.of());
        return new OpenVinoEngine(
                () -> OpenVinoInstall.find(openVino),
                new LlmSettings(modelDir, device, npu, tokenLimit, cacheDir, properties),
                () -> new JobPrompts(ChatTemplate.load(modelDir, Clock.system(ZoneId.systemDefault()))),
                System::nanoTime);
    }
}
