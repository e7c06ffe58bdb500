package io.npuq.worker;

import io.npuq.worker.setup.Installed;
import io.npuq.worker.setup.NpuqHome;
import io.npuq.worker.setup.Setup;
import io.npuq.worker.setup.SetupException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real runtime and model for tests: set up in npuq's own directory, as {@code npuq serve} does it, and shared with it. */
public final class TestRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(TestRuntime.class);

    private TestRuntime() {}

    /** An OpenVINO: {@code NPUQ_OPENVINO}, or the one that the set-up fetches. */
    public static Path openVino() {
        return Once.INSTALLED.openVinoRoot();
    }

    /** SmolLM2-135M-Instruct in OpenVINO's format. */
    public static Path smolLm2() {
        return Once.INSTALLED.modelDir();
    }

    /** Made once a JVM, when first asked for. */
    private static final class Once {
        static final Installed INSTALLED = install();

        private static Installed install() {
            Map<String, String> environment = System.getenv();
            Optional<Path> own = Optional.ofNullable(environment.get("NPUQ_OPENVINO"))
                    .filter(dir -> !dir.isBlank())
                    .map(Path::of);
            try {
                return new Setup(NpuqHome.resolve(environment), environment, LOG::info).ensure(Setup.MODEL, own);
            } catch (SetupException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        }
    }
}
