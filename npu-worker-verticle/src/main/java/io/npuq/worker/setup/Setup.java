package io.npuq.worker.setup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes ready what npuq runs on. What is there already is left alone, so that every start may ask; then it takes milliseconds and needs
 * neither network nor Python.
 *
 * <p>It may be ended at any time and goes on where it stopped; two at once wait for each other.
 */
public final class Setup {
    /** The name of the model that the set-up makes, under {@code models}. */
    public static final String MODEL = "smollm2-135m-instruct";

    private static final long MEGABYTE = 1_000_000;

    private final NpuqHome home;
    private final Recipe recipe;
    private final Map<String, String> environment;
    private final Consumer<String> progress;

    /**
     * A set-up of OpenVINO and the model {@link #MODEL}.
     *
     * @param environment the user's environment, for {@code NPUQ_PYTHON} and for how pip reaches its index
     * @param progress takes lines for the user
     */
    public Setup(NpuqHome home, Map<String, String> environment, Consumer<String> progress) {
        this(home, Recipe.standard(), environment, progress);
    }

    Setup(NpuqHome home, Recipe recipe, Map<String, String> environment, Consumer<String> progress) {
        this.home = home;
        this.recipe = recipe;
        this.environment = Map.copyOf(environment);
        this.progress = progress;
    }

    /**
     * Sees to it that runtime and model are there.
     *
     * @param model a directory with a model, or the name of one in npuq's directory; only {@link #MODEL} is made when it is missing
     * @param openVino an OpenVINO of the user's own; then none is fetched to run on
     * @throws SetupException saying what could not be had, and what to do
     */
    public Installed ensure(String model, Optional<Path> openVino) throws SetupException {
        RuntimeStep runtime = new RuntimeStep(home, recipe, openVino);
        ModelStep step = new ModelStep(home, recipe, model);
        // The work directory outlives a set-up that was ended after its last step; then only that is left to do.
        if (!runtime.isDone() || !step.isDone() || Files.exists(work())) {
            home.create();
            SetupLock lock = SetupLock.acquire(home.dir().resolve("setup.lock"), "setting up npuq", progress);
            try {
                make(runtime, step);
            } finally {
                lock.close();
            }
        }
        return new Installed(runtime.dir(), step.dir());
    }

    /** OpenVINO, where it is there already; fetches nothing. */
    public Optional<Path> runtime(Optional<Path> openVino) throws SetupException {
        RuntimeStep runtime = new RuntimeStep(home, recipe, openVino);
        return runtime.isDone() ? Optional.of(runtime.dir()) : Optional.empty();
    }

    /** The model, where it is there already; fetches nothing. */
    public Optional<Path> model(String model) throws SetupException {
        ModelStep step = new ModelStep(home, recipe, model);
        return step.isDone() ? Optional.of(step.dir()) : Optional.empty();
    }

    /**
     * The Python that the set-up would use, for people.
     *
     * @throws SetupException when there is none that fits
     */
    public String python() throws SetupException {
        Python python = Python.find(environment);
        return "Python " + python.version() + " (" + String.join(" ", python.command()) + ")";
    }

    private void make(RuntimeStep runtime, ModelStep model) throws SetupException {
        try {
            if (!runtime.isDone() || !model.isDone()) {
                fetch(runtime, model);
            }
            Trees.delete(work());
        } catch (IOException e) {
            throw SetupException.of("set up npuq in " + home.dir(), e);
        } catch (UncheckedIOException e) {
            throw SetupException.of("set up npuq in " + home.dir(), new IOException(e));
        }
    }

    private void fetch(RuntimeStep runtime, ModelStep model) throws SetupException, IOException {
        model.checkMayMake();
        checkDisk();
        Trees.delete(work().resolve("tmp"));
        Files.createDirectories(work());
        try (SetupLog log = new SetupLog(home.logs().resolve("setup.log"))) {
            PythonTools tools = new PythonTools(work(), environment, log, progress);
            if (!runtime.isDone()) {
                progress.accept("setting up OpenVINO in " + runtime.dir());
                runtime.make(tools);
            }
            if (!model.isDone()) {
                progress.accept("setting up the model in " + model.dir());
                model.make(tools, work(), progress);
            }
        }
        progress.accept("set up in " + home.dir());
    }

    /** Wheels and tools, kept until all is done. */
    private Path work() {
        return home.cache().resolve("setup");
    }

    private void checkDisk() throws SetupException, IOException {
        long free = Files.getFileStore(home.dir()).getUsableSpace();
        if (free < recipe.diskBytes()) {
            throw new SetupException(
                    "the set-up needs " + recipe.diskBytes() / MEGABYTE + " MB of free disk in " + home.dir()
                            + " for a while, and " + free / MEGABYTE
                            + " MB are free: free some space, or set NPUQ_HOME to a directory on another disk");
        }
    }
}
