package io.npuq.worker.llm;

import io.npuq.schema.config.EngineConfig.NpuProperties;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The compile properties of a language model, by device. */
final class CompileProperties {
    private CompileProperties() {}

    /** For the CPU: one answer at a time, as soon as it can be had. */
    static Map<String, String> cpu(LlmSettings settings) {
        return complete(
                settings, new LinkedHashMap<>(Map.of("PERFORMANCE_HINT", "LATENCY", "KV_CACHE_PRECISION", "f16")));
    }

    /** For a GPU. */
    static Map<String, String> gpu(LlmSettings settings) {
        return complete(settings, new LinkedHashMap<>(Map.of("PERFORMANCE_HINT", "LATENCY")));
    }

    /** For the NPU: its plugin splits the model, and compiles one part for the prompt and one for single tokens. */
    static Map<String, String> npu(LlmSettings settings, KvAxes axes) {
        NpuProperties npu = settings.npu();
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("NPU_USE_NPUW", "YES");
        properties.put("NPUW_LLM", "YES");
        properties.put("NPUW_LLM_BATCH_DIM", String.valueOf(axes.batch()));
        properties.put("NPUW_LLM_SEQ_LEN_DIM", String.valueOf(axes.sequence()));
        properties.put("NPUW_LLM_MAX_PROMPT_LEN", String.valueOf(npu.maxPromptLen()));
        properties.put("NPUW_LLM_MIN_RESPONSE_LEN", String.valueOf(npu.minResponseLen()));
        properties.put("NPUW_LLM_PREFILL_HINT", npu.prefillHint());
        properties.put("NPUW_LLM_GENERATE_HINT", npu.generateHint());
        return complete(settings, properties);
    }

    private static Map<String, String> complete(LlmSettings settings, Map<String, String> properties) {
        Path compiled = settings.cacheDir().toAbsolutePath();
        properties.put("CACHE_DIR", compiled.toString());
        properties.putAll(settings.compileProperties());
        return properties;
    }
}
