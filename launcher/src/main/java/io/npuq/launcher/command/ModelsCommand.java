package io.npuq.launcher.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Settings;
import io.npuq.launcher.models.Sizes;
import io.npuq.schema.Json;
import io.npuq.worker.models.Catalogue;
import io.npuq.worker.models.CatalogueEntry;
import io.npuq.worker.models.ModelException;
import io.npuq.worker.models.ModelStore;
import io.npuq.worker.models.StoredModel;
import io.npuq.worker.setup.NpuqHome;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code npuq models}. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"List the models in npuq's directory, or what can be pulled by a short name.", ""})
final class ModelsCommand implements Callable<Integer> {
    private static final String UNKNOWN = "-";
    private static final int DIGEST_CHARS = 12;

    @Option(names = "--catalogue", description = "list what \"npuq pull\" knows by a short name")
    private boolean catalogue;

    @Option(names = "--json", description = "print a JSON array instead")
    private boolean json;

    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.HOME_ONLY);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, CommandFailedException, JsonProcessingException {
        Terminal terminal = Terminal.of(spec);
        if (catalogue) {
            List<CatalogueEntry> entries = Catalogue.standard().entries();
            terminal.print(json ? Json.MAPPER.writeValueAsString(entries) : catalogue(entries));
            return ExitCode.OK;
        }
        NpuqHome home = new NpuqHome(options.resolve().npuq().home());
        List<StoredModel> models = list(home);
        if (json) {
            terminal.print(json(models));
        } else if (models.isEmpty()) {
            terminal.say("no model in " + home.models() + "; npuq pull NAME fetches one, npuq models --catalogue shows"
                    + " which");
        } else {
            terminal.print(table(models));
        }
        return ExitCode.OK;
    }

    private static List<StoredModel> list(NpuqHome home) throws CommandFailedException {
        try {
            return new ModelStore(home, directory -> false).list();
        } catch (ModelException e) {
            throw new CommandFailedException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private static String table(List<StoredModel> models) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "KIND", "SIZE", "PARAMETERS", "WEIGHTS", "CONTEXT", "DIGEST", "MODIFIED"));
        for (StoredModel model : models) {
            OptionalInt context = model.facts().contextLength();
            rows.add(List.of(
                    model.name(),
                    kind(model),
                    Sizes.of(model.bytes()),
                    model.facts().parameters().orElse(UNKNOWN),
                    model.facts().quantization().orElse(UNKNOWN),
                    context.isPresent() ? Integer.toString(context.getAsInt()) : UNKNOWN,
                    model.digest().map(hex -> hex.substring(0, DIGEST_CHARS)).orElse(UNKNOWN),
                    model.modified().truncatedTo(ChronoUnit.SECONDS).toString()));
        }
        return Columns.of(rows);
    }

    private static String catalogue(List<CatalogueEntry> entries) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "ALSO", "KIND", "SIZE", "WEIGHTS", "DEVICES", "REPOSITORY"));
        for (CatalogueEntry entry : entries) {
            Long bytes = entry.bytes();
            rows.add(List.of(
                    entry.name(),
                    entry.aliases().isEmpty() ? UNKNOWN : String.join(" ", entry.aliases()),
                    entry.kind().name().toLowerCase(Locale.ROOT),
                    bytes == null ? UNKNOWN : "~" + Sizes.of(bytes),
                    entry.quantization(),
                    String.join(" ", entry.devices()),
                    entry.repository()));
        }
        return Columns.of(rows);
    }

    private static String json(List<StoredModel> models) throws JsonProcessingException {
        var array = Json.MAPPER.createArrayNode();
        for (StoredModel model : models) {
            OptionalInt context = model.facts().contextLength();
            array.addObject()
                    .put("name", model.name())
                    .put("path", model.path().toString())
                    .put("kind", kind(model))
                    .put("bytes", model.bytes())
                    .put("modified", model.modified().toString())
                    .put("digest", model.digest().orElse(null))
                    .put("source", model.source().orElse(null))
                    .put("architecture", model.facts().architecture().orElse(null))
                    .put("family", model.facts().family().orElse(null))
                    .put("parameters", model.facts().parameters().orElse(null))
                    .put("quantization", model.facts().quantization().orElse(null))
                    .put("context_length", context.isPresent() ? (Integer) context.getAsInt() : null);
        }
        return Json.MAPPER.writeValueAsString(array);
    }

    private static String kind(StoredModel model) {
        return model.facts().kind().name().toLowerCase(Locale.ROOT);
    }
}
