package io.npuq.schema.config;

import io.npuq.schema.InvalidInputException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The engine.
 *
 * @param model a directory with an OpenVINO model, or the name of one under {@code home/models}
 * @param lanes the device of each lane, the main one first; {@code AUTO} stands only there
 * @param npu compile properties for the NPU
 * @param tokenLimit longest prompt that goes to the NPU, in tokens, where it is compiled for longer ones
 * @param cacheDir where compiled models are kept
 * @param inferenceTimeout limit of one generation
 * @param openvino an OpenVINO install of the user's own: an unpacked archive, or a directory that holds the wheels' content
 * @param busyCounter the NPU's busy counter; empty to look for it
 * @param memoryMaxBytes the most that an engine's process may hold in physical memory; empty for a share of the machine's
 * @param keepAlive how long a model is kept that no job asks for; empty for ever
 * @param quarantineMax how long at most a device is left alone after its engine had to be ended
 * @param remote the server of the {@code REMOTE} lane; there exactly when that lane is
 */
public record EngineConfig(
        String model,
        List<DeviceChoice> lanes,
        NpuProperties npu,
        int tokenLimit,
        Path cacheDir,
        Duration inferenceTimeout,
        Optional<Path> openvino,
        Optional<Path> busyCounter,
        OptionalLong memoryMaxBytes,
        Optional<Duration> keepAlive,
        Duration quarantineMax,
        Optional<RemoteConfig> remote) {
    /** Checks the bounds. */
    public EngineConfig {
        lanes = List.copyOf(lanes);
        if (lanes.isEmpty()
                || lanes.lastIndexOf(DeviceChoice.AUTO) > 0
                || lanes.stream().distinct().count() < lanes.size()) {
            throw new InvalidInputException("lanes", "lanes must name devices, each once, and AUTO only as the first");
        }
        if (lanes.get(0) == DeviceChoice.REMOTE || lanes.contains(DeviceChoice.REMOTE) != remote.isPresent()) {
            throw new InvalidInputException(
                    "lanes",
                    "REMOTE may not be the first lane: what it cannot take must have a device of this machine");
        }
        if (tokenLimit < 1) {
            throw new InvalidInputException("token_limit", "token_limit must be at least 1");
        }
        if (inferenceTimeout.isNegative() || inferenceTimeout.isZero()) {
            throw new InvalidInputException("inference_timeout", "inference_timeout must be longer than 0");
        }
    }

    /** Which device the main lane uses. */
    public DeviceChoice device() {
        return lanes.get(0);
    }

    /** The longest prompt that goes to the NPU, in tokens, whatever the model says. */
    public int npuPromptTokensMax() {
        return Math.min(tokenLimit, npu.maxPromptLen());
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
