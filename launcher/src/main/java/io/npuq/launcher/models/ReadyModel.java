package io.npuq.launcher.models;

import io.npuq.schema.InvalidInputException;
import io.npuq.schema.config.NpuqConfig;
import io.npuq.worker.models.Catalogue;
import io.npuq.worker.models.HubSettings;
import io.npuq.worker.models.ModelException;
import io.npuq.worker.models.ModelStore;
import io.npuq.worker.models.Pulls;
import io.npuq.worker.models.StoredModel;
import io.npuq.worker.setup.Installed;
import io.npuq.worker.setup.ModelName;
import io.npuq.worker.setup.NpuqHome;
import io.npuq.worker.setup.Setup;
import io.npuq.worker.setup.SetupException;
import java.nio.file.InvalidPathException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** OpenVINO and a model, each fetched where it is missing: a model of the catalogue is pulled at its first use. */
public final class ReadyModel {
    private ReadyModel() {}

    /**
     * Sees to it that runtime and model are there.
     *
     * @param say takes lines for the user
     * @throws SetupException saying what could not be had, and what to do
     */
    public static Installed ensure(NpuqConfig config, Map<String, String> environment, Consumer<String> say)
            throws SetupException {
        NpuqHome home = new NpuqHome(config.home());
        Optional<ModelName> kept = catalogued(home, config.engine().model());
        if (kept.isPresent() && isMissing(home, kept.get())) {
            pull(home, kept.get(), environment, say);
        }
        return new Setup(home, environment, say)
                .ensure(
                        kept.map(ModelName::value).orElse(config.engine().model()),
                        config.engine().openvino());
    }

    /** What the set-up knows a model by: of the names that mean the same, the one that it has on disk. Fetches nothing. */
    public static String known(NpuqHome home, String model) {
        return catalogued(home, model).map(ModelName::value).orElse(model);
    }

    /** Whether it is a model of the catalogue that {@link #ensure} would pull. */
    public static boolean willPull(NpuqHome home, String model) {
        return catalogued(home, model).filter(name -> isMissing(home, name)).isPresent();
    }

    private static boolean isMissing(NpuqHome home, ModelName name) {
        return ModelName.locate(home, name.value()).isEmpty();
    }

    /** What the catalogue calls a model that is not there under the name that was given. */
    private static Optional<ModelName> catalogued(NpuqHome home, String model) {
        try {
            if (ModelName.locate(home, model).isPresent()) {
                return Optional.empty();
            }
            Catalogue catalogue = Catalogue.standard();
            ModelName name = ModelName.parse(model);
            return catalogue.find(name).map(entry -> catalogue.canonical(name));
        } catch (InvalidPathException | InvalidInputException e) {
            return Optional.empty(); // the set-up says what is wrong with it
        }
    }

    private static void pull(NpuqHome home, ModelName name, Map<String, String> environment, Consumer<String> say)
            throws SetupException {
        try {
            Pulls pulls = new Pulls(
                    new ModelStore(home, directory -> false), Catalogue.standard(), HubSettings.of(environment));
            say.accept("fetching the model " + name);
            StoredModel model = pulls.pull(name, new PullLines(say))
                    .done()
                    .toCompletableFuture()
                    .join();
            say.accept("the model " + name + " is in " + model.path());
        } catch (ModelException | InvalidInputException e) {
            throw new SetupException(String.valueOf(e.getMessage()));
        } catch (CompletionException e) {
            if (e.getCause() instanceof ModelException known) {
                throw new SetupException(String.valueOf(known.getMessage()));
            }
            throw e;
        }
    }
}
