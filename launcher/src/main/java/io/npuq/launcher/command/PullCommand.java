package io.npuq.launcher.command;

import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Settings;
import io.npuq.launcher.models.PullBar;
import io.npuq.launcher.models.PullLines;
import io.npuq.launcher.models.Sizes;
import io.npuq.worker.models.Catalogue;
import io.npuq.worker.models.HubSettings;
import io.npuq.worker.models.ModelException;
import io.npuq.worker.models.ModelStore;
import io.npuq.worker.models.PullProgress;
import io.npuq.worker.models.PullProgress.FileProgress;
import io.npuq.worker.models.Pulling;
import io.npuq.worker.models.Pulls;
import io.npuq.worker.models.StoredModel;
import io.npuq.worker.setup.ModelName;
import io.npuq.worker.setup.NpuqHome;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code npuq pull}. */
@Command(
        name = "pull",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Fetch a model: a name of the catalogue (\"npuq models --catalogue\"), or a repository of the hub, as org/repo.",
            "It goes on where an earlier pull was ended, and checks every file against the hub's checksum.",
            "HF_ENDPOINT names another hub than https://huggingface.co, HF_TOKEN is for models that want one.",
            ""
        })
final class PullCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "such as qwen2.5:1.5b, or OpenVINO/Qwen3-8B-int4-cw-ov")
    private String name = "";

    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.HOME_ONLY);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, CommandFailedException {
        Terminal terminal = Terminal.of(spec);
        ModelStore store = new ModelStore(new NpuqHome(options.resolve().npuq().home()), directory -> false);
        Map<String, FileProgress> files = new TreeMap<>();
        Consumer<PullProgress> shown =
                Terminal.isInteractive() ? new PullBar(terminal.err()) : new PullLines(terminal::say);
        StoredModel model = pull(store, progress -> {
            progress.file().ifPresent(file -> files.put(file.path(), file));
            shown.accept(progress);
        });
        files.values()
                .forEach(file -> terminal.print(file.digest() + "  " + file.path() + "  " + Sizes.of(file.bytes())));
        terminal.print(model.name() + "  " + Sizes.of(model.bytes()) + "  " + model.path());
        return ExitCode.OK;
    }

    private StoredModel pull(ModelStore store, Consumer<PullProgress> listener) throws CommandFailedException {
        try {
            Pulls pulls = new Pulls(store, Catalogue.standard(), HubSettings.of(System.getenv()));
            Pulling pulling = pulls.pull(ModelName.parse(name), listener);
            return pulling.done().toCompletableFuture().join();
        } catch (ModelException e) {
            throw new CommandFailedException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        } catch (CompletionException e) {
            if (e.getCause() instanceof ModelException known) {
                throw new CommandFailedException(ExitCode.FAILED, String.valueOf(known.getMessage()), known);
            }
            throw e;
        }
    }
}
