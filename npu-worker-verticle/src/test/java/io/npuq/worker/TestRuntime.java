package io.npuq.worker;

import io.npuq.worker.openvino.OpenVinoInstall;
import java.nio.file.Path;

/** The OpenVINO install that tests run on. */
public final class TestRuntime {
    private TestRuntime() {}

    /** As the system property {@code npuq.test.openvino} or the environment's {@code NPUQ_OPENVINO} names it. */
    public static OpenVinoInstall openVino() {
        String root = System.getProperty("npuq.test.openvino", System.getenv("NPUQ_OPENVINO"));
        if (root == null) {
            throw new IllegalStateException(
                    "tests need OpenVINO: set NPUQ_OPENVINO, or -Dnpuq.test.openvino, to a directory with the"
                            + " content of the wheels openvino and openvino-tokenizers");
        }
        return OpenVinoInstall.find(Path.of(root));
    }
}
