package io.npuq.worker.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The model: a directory of the user's, one that was pulled, or the one that the set-up makes. */
final class ModelStep {
    private final Recipe recipe;
    private final Path dir;
    private final boolean ours;

    ModelStep(NpuqHome home, Recipe recipe, String model) throws SetupException {
        this.recipe = recipe;
        this.ours = model.equals(recipe.modelName());
        this.dir = ours ? home.models().resolve(model) : find(home, model);
    }

    Path dir() {
        return dir;
    }

    boolean isDone() throws SetupException {
        return !ours || ModelCard.isIntact(dir, recipe.modelFingerprint());
    }

    /** The set-up replaces what it made itself, never what someone else put there. */
    void checkMayMake() throws SetupException {
        if (ours) {
            ModelCard.checkMayReplace(dir);
        }
    }

    void make(PythonTools tools, Path work, Consumer<String> progress) throws SetupException, IOException {
        Path packages = packages(tools, work);
        Trees.deletePartials(dir);
        Path partial = Trees.partial(dir);
        progress.accept("  converting " + recipe.modelName());
        tools.script(
                "convert " + recipe.modelName() + " to OpenVINO's format",
                recipe.conversion(),
                List.of(recipe.modelPackage(), partial.toString()),
                packages);
        ModelCard.write(partial, recipe);
        Trees.sync(partial);
        Trees.publish(partial, dir);
    }

    /** What converts, for this Python only: it is kept while the set-up is unfinished. */
    private Path packages(PythonTools tools, Path work) throws SetupException, IOException {
        Path packages = work.resolve("packages-" + recipe.modelFingerprint() + "-" + tools.fingerprint());
        if (!Files.exists(packages)) {
            Trees.deletePartials(packages);
            Path partial = Trees.partial(packages);
            tools.fetch(recipe.conversionPackages(), partial);
            Trees.publish(partial, packages);
        }
        return packages;
    }

    private static Path find(NpuqHome home, String model) throws SetupException {
        try {
            Optional<Path> dir = ModelName.locate(home, model);
            if (dir.isPresent()) {
                return dir.get();
            }
        } catch (InvalidPathException e) {
            throw new SetupException("the model's name is no path: " + e.getMessage());
        }
        throw new SetupException("there is no model \"" + model + "\", neither as a directory nor under "
                + home.models() + ": give a directory with openvino_model.xml, fetch one with npuq pull, or use "
                + Setup.MODEL);
    }
}
