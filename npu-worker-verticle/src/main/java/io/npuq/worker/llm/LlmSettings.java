package io.npuq.worker.llm;

import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.EngineConfig.NpuProperties;
import java.nio.file.Path;
import java.util.Map;

/**
 * What to load, and how.
 *
 * @param modelDir the model in OpenVINO's form, tokenizer and detokenizer beside it; its last name is the model's name
 * @param device which device; {@code BUILTIN} is another engine's
 * @param npu compile properties for the NPU
 * @param tokenLimit longest prompt that is taken on the NPU, in tokens, where it is compiled for longer ones
 * @param cacheDir where compiled models, digests and the edited graph are kept; made when missing
 * @param compileProperties more compile properties for any device, as OpenVINO names them; they win over npuq's own
 */
public record LlmSettings(
        Path modelDir,
        DeviceChoice device,
        NpuProperties npu,
        int tokenLimit,
        Path cacheDir,
        Map<String, String> compileProperties) {
    /** Checks the device. */
    public LlmSettings {
        compileProperties = Map.copyOf(compileProperties);
        if (device == DeviceChoice.BUILTIN) {
            throw new IllegalArgumentException("BUILTIN is not a device of OpenVINO");
        }
    }
}
