package io.npuq.launcher.server;

import io.npuq.launcher.config.Configuration;
import io.npuq.launcher.models.ReadyModel;
import io.npuq.schema.config.DeviceChoice;
import io.npuq.worker.builtin.BuiltinEngine;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.llm.ModelDirectory;
import io.npuq.worker.openvino.OpenVinoException;
import io.npuq.worker.openvino.OpenVinoInstall;
import io.npuq.worker.setup.Installed;
import io.npuq.worker.setup.NpuqHome;
import io.npuq.worker.setup.Setup;
import io.npuq.worker.setup.SetupException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Which engine this start gets. What the user named is used, or the start fails. Where nothing was named, the engine without a model
 * takes the place of an OpenVINO that cannot be had, and everyone is told.
 */
public final class EngineChoice {
    private static final String BUILTIN =
            "jobs run on the built-in extractive engine, without a language model and without the NPU, ";

    private final Configuration configuration;
    private final Consumer<String> say;

    /**
     * A choice for this configuration.
     *
     * @param say takes lines for the user
     */
    public EngineChoice(Configuration configuration, Consumer<String> say) {
        this.configuration = configuration;
        this.say = say;
    }

    /**
     * What to run on, fetched where it is missing; empty for the engine without a model.
     *
     * @throws StartException when something that the user named is missing
     */
    public Optional<Installed> installed() throws StartException {
        if (configuration.npuq().engine().lanes().equals(List.of(DeviceChoice.BUILTIN))) {
            say.accept(BUILTIN + "as asked for");
            return Optional.empty();
        }
        try {
            Installed installed = ReadyModel.ensure(configuration.npuq(), System.getenv(), say);
            check(installed);
            return Optional.of(installed);
        } catch (SetupException | EngineException | OpenVinoException e) {
            if (configuration.engineIsNamed()) {
                throw new StartException(String.valueOf(e.getMessage()), e);
            }
            say.accept("npuq: " + e.getMessage());
            say.accept(BUILTIN + "until that is mended and npuq is started again");
            return Optional.empty();
        }
    }

    /**
     * The OpenVINO for what runs beside the main model; nothing is fetched for it.
     *
     * @throws StartException when there is none
     */
    public Path openVino() throws StartException {
        try {
            return new Setup(new NpuqHome(configuration.npuq().home()), System.getenv(), say)
                    .runtime(configuration.npuq().engine().openvino())
                    .orElseThrow(() -> new StartException("the embedding model needs OpenVINO, which is not set up in "
                            + configuration.npuq().home() + "; run npuq setup, or name one with --openvino"));
        } catch (SetupException e) {
            throw new StartException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Where nothing was named, an engine that stands in when the given ones do not load at the start. */
    public Supplier<Engine> orBuiltin(Supplier<Engine> engines) {
        return configuration.engineIsNamed() ? engines : new OrBuiltin(engines, this::tellBuiltin);
    }

    /** The same for lanes: the last one, on which all others fall back. */
    public List<Engines.Plan> orBuiltin(List<Engines.Plan> plans) {
        List<Engines.Plan> changed = new ArrayList<>(plans);
        int last = plans.size() - 1;
        changed.set(last, plans.get(last).with(this::orBuiltin));
        return changed;
    }

    private void tellBuiltin(String why) {
        say.accept("npuq: " + why);
        say.accept(BUILTIN + "until that is mended and npuq is started again");
    }

    /** Looks for the files; what is in them shows when they are loaded. */
    private static void check(Installed installed) throws EngineException {
        ModelDirectory unused = ModelDirectory.open(installed.modelDir());
        OpenVinoInstall unusedInstall = OpenVinoInstall.find(installed.openVinoRoot());
    }

    /** The engine without a model. */
    static Engine builtin() {
        return new BuiltinEngine(System::nanoTime);
    }
}
