package io.npuq.launcher.doctor;

import io.npuq.worker.engine.EngineException;
import io.npuq.worker.llm.ModelDirectory;
import java.nio.file.Path;

/** Whether a model's directory has the files that a model wants. */
final class ModelCheck {
    private ModelCheck() {}

    static Check of(Path dir, boolean named) {
        try {
            return Check.ok("model", ModelDirectory.open(dir).path().toString());
        } catch (EngineException e) {
            String found = String.valueOf(e.getMessage());
            return named
                    ? Check.needed("model", found, "name another with --model")
                    : Check.missing("model", found, "remove " + dir + " and run \"npuq setup\"");
        }
    }
}
