package io.npuq.worker.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** OpenVINO's libraries: the user's own, or fetched. */
final class RuntimeStep {
    /** Its presence under its fingerprint's directory means that all is there: the directory got its name when it was whole. */
    private static final String LIBRARIES = "openvino/libs";

    private final Recipe recipe;
    private final Optional<Path> own;
    private final Path fetched;

    RuntimeStep(NpuqHome home, Recipe recipe, Optional<Path> own) {
        this.recipe = recipe;
        this.own = own;
        this.fetched = home.runtime().resolve(recipe.runtimeFingerprint());
    }

    Path dir() {
        return own.orElse(fetched);
    }

    boolean isDone() throws SetupException {
        if (own.isPresent() && !Files.isDirectory(own.get())) {
            throw new SetupException(
                    "NPUQ_OPENVINO is " + own.get() + ", which is no directory: set it to the directory"
                            + " that holds openvino/libs, or to an unpacked OpenVINO archive; or unset it, and npuq fetches its own");
        }
        return own.isPresent() || Files.isDirectory(fetched.resolve(LIBRARIES));
    }

    void make(PythonTools tools) throws SetupException, IOException {
        Trees.deletePartials(fetched);
        Path partial = Trees.partial(fetched);
        tools.fetch(recipe.runtimePackages(), partial);
        Trees.sync(partial);
        Trees.publish(partial, fetched);
    }
}
