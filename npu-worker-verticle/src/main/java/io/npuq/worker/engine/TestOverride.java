package io.npuq.worker.engine;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Lets the NPU's code path be tested on a machine that has none: OpenVINO's NPU plugin runs its parts on the CPU, and a plain file
 * stands for the busy counter. Every device name that leaves npuq then says so. Only the JVM system property {@value #PROPERTY} sets
 * it, and it is read here alone: no flag, environment variable or configuration key can.
 *
 * @param counterFile stands for the busy counter: one integer, microseconds
 */
public record TestOverride(Path counterFile) {
    /** Names the counter file. */
    public static final String PROPERTY = "npuq.test.npu-on-cpu";

    /** What every device name says under an override. */
    public static final String DEVICE = "NPU (test override: runs on CPU)";

    /** The override that this process was started with. */
    public static Optional<TestOverride> ofThisProcess() {
        return Optional.ofNullable(System.getProperty(PROPERTY)).map(Path::of).map(TestOverride::new);
    }

    /** What compiling for the NPU needs in addition, so that the CPU runs it. */
    public Map<String, String> compileProperties() {
        return Map.of("NPUW_DEVICES", "CPU", "NPUW_ONLINE_PIPELINE", "NONE");
    }

    /** The option that passes this override on to a child process. */
    public String jvmOption() {
        return "-D" + PROPERTY + "=" + counterFile;
    }
}
