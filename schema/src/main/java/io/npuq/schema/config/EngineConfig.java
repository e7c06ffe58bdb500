package io.npuq.schema.config;

import io.npuq.schema.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The engine.
 *
 * @param model a directory with an OpenVINO model, or the name of one under {@code home/models}
 * @param device which device
 * @param npu compile properties for the NPU
 * @param cacheDir where compiled models are kept
 * @param inferenceTimeout limit of one generation
 * @param openvino an OpenVINO install of the user's own: an unpacked archive, or a directory that holds the wheels' content
 * @param busyCounter the NPU's busy counter; empty to look for it
 * @param memoryMaxBytes the most that an engine's process may hold in physical memory; empty for a share of the machine's
 * @param keepAlive how long a model is kept that no job asks for; empty for ever
 * @param quarantineMax how long at most a device is left alone after its engine had to be ended
 */
public record EngineConfig(
        String model,
        DeviceChoice device,
        NpuProperties npu,
        Path cacheDir,
        Duration inferenceTimeout,
        Optional<Path> openvino,
        Optional<Path> busyCounter,
        OptionalLong memoryMaxBytes,
        Optional<Duration> keepAlive,
        Duration quarantineMax) {
    /** Checks the bounds. */
    public EngineConfig {
        if (inferenceTimeout.isNegative() || inferenceTimeout.isZero()) {
            throw new InvalidInputException("inference_timeout", "inference_timeout must be longer than 0");
        }
    }

    /**
     * How OpenVINO compiles a language model for the NPU.
     *
     * @param maxPromptLen longest prompt, in tokens
     * @param minResponseLen room for the answer, in tokens; prompt and answer must fit both together
     * @param prefillHint {@code DYNAMIC} or {@code STATIC}
     * @param generateHint {@code FAST_COMPILE} or {@code BEST_PERF}
     */
    public record NpuProperties(int maxPromptLen, int minResponseLen, String prefillHint, String generateHint) {
        /** Small and quick to compile. */
        public static final NpuProperties DEFAULT = new NpuProperties(1024, 64, "DYNAMIC", "FAST_COMPILE");

        /** Checks the bounds. */
        public NpuProperties {
            if (maxPromptLen < 1 || minResponseLen < 1) {
                throw new InvalidInputException(
                        "max_prompt_len", "max_prompt_len and min_response_len must be at least 1");
            }
        }
    }
}
