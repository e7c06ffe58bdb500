package io.npuq.launcher.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.models.ModelInfo;
import io.npuq.api.models.Models;
import io.npuq.api.models.ModelsException;
import io.npuq.api.models.PullEvent;
import io.npuq.worker.models.Catalogue;
import io.npuq.worker.models.HubSettings;
import io.npuq.worker.models.ModelException;
import io.npuq.worker.models.ModelKind;
import io.npuq.worker.models.ModelStore;
import io.npuq.worker.models.PullProgress;
import io.npuq.worker.models.Pulls;
import io.npuq.worker.models.StoredModel;
import io.npuq.worker.prompt.ChatTemplate;
import io.npuq.worker.prompt.ChatTemplateException;
import io.npuq.worker.setup.ModelName;
import io.npuq.worker.setup.NpuqHome;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The models in npuq's directory, as the API sees them. */
final class StoredModels implements Models {
    private final ModelStore store;
    private final Catalogue catalogue = Catalogue.standard();
    private final Pulls pulls;
    private final Clock clock;
    private final Map<Path, Known> infos = new ConcurrentHashMap<>();

    /** What was found out before. */
    private record Known(StoredModel model, ModelInfo info) {}

    /**
     * The models of that directory.
     *
     * @param hub where more of them come from
     * @param inUse whether a lane runs the model in a directory
     * @param clock for templates that write the date
     */
    StoredModels(NpuqHome home, HubSettings hub, Predicate<Path> inUse, Clock clock) {
        this.store = new ModelStore(home, inUse);
        this.pulls = new Pulls(store, catalogue, hub);
        this.clock = clock;
    }

    /** Something that a model's store does. */
    private interface Work<T> {
        T run() throws ModelException;
    }

    @Override
    public List<ModelInfo> list() {
        return translated(store::list).stream().map(this::info).toList();
    }

    @Override
    public Optional<ModelInfo> find(String name) {
        return translated(() -> store.find(canonical(name))).map(this::info);
    }

    @Override
    public Optional<ModelInfo> at(Path directory, String name) {
        return translated(() -> store.at(directory, name)).map(this::info);
    }

    @Override
    public Pulling pull(String name, Consumer<PullEvent> listener) {
        io.npuq.worker.models.Pulling pulling =
                translated(() -> pulls.pull(ModelName.parse(name), progress -> listener.accept(event(progress))));
        return new Pulling() {
            @Override
            public CompletionStage<@Nullable Void> done() {
                return pulling.done().handle((model, failure) -> {
                    if (failure != null) {
                        throw translated(failure);
                    }
                    return null;
                });
            }

            @Override
            public void cancel() {
                pulling.cancel();
            }
        };
    }

    @Override
    public void delete(String name) {
        translated(() -> {
            store.delete(canonical(name));
            return name;
        });
    }

    @Override
    public void copy(String from, String to) {
        translated(() -> {
            store.copy(canonical(from), ModelName.parse(to));
            return to;
        });
    }

    /** What lies there under that very name, else what the catalogue means by it. */
    private ModelName canonical(String given) {
        ModelName name = ModelName.parse(given);
        return translated(() -> store.find(name)).isPresent() ? name : catalogue.canonical(name);
    }

    /** A template is tried when it is read: it is read again only when the model is another. */
    private ModelInfo info(StoredModel model) {
        Known known = infos.get(model.path());
        if (known == null || !known.model().equals(model)) {
            known = new Known(model, described(model));
            infos.put(model.path(), known);
        }
        return known.info();
    }

    private ModelInfo described(StoredModel model) {
        Optional<ChatTemplate> template = template(model);
        List<String> capabilities = new ArrayList<>();
        if (model.facts().kind() == ModelKind.ENCODER) {
            capabilities.add("embedding");
        } else {
            capabilities.add("completion");
            template.filter(ChatTemplate::takesTools).ifPresent(takes -> capabilities.add("tools"));
        }
        return new ModelInfo(
                model.name(),
                model.bytes(),
                model.digest(),
                model.modified(),
                model.facts().family(),
                model.facts().architecture(),
                model.facts().parameters(),
                model.facts().quantization(),
                model.facts().contextLength(),
                template.map(ChatTemplate::text),
                sampling(model.facts().sampling()),
                capabilities);
    }

    /** A model without one, or with one that npuq cannot render, is listed all the same. */
    private Optional<ChatTemplate> template(StoredModel model) {
        if (model.facts().kind() == ModelKind.ENCODER) {
            return Optional.empty();
        }
        try {
            return Optional.of(ChatTemplate.load(model.path(), clock));
        } catch (ChatTemplateException e) {
            return Optional.empty();
        }
    }

    private static Map<String, Number> sampling(JsonNode recommended) {
        Map<String, Number> numbers = new LinkedHashMap<>();
        recommended.properties().stream()
                .filter(field -> field.getValue().isNumber())
                .forEach(field -> numbers.put(field.getKey(), field.getValue().numberValue()));
        return numbers;
    }

    private static PullEvent event(PullProgress progress) {
        PullEvent.Stage stage = switch (progress.stage()) {
            case WAITING -> PullEvent.Stage.WAITING;
            case LISTING -> PullEvent.Stage.MANIFEST;
            case FETCHING -> PullEvent.Stage.FILES;
            case VERIFYING -> PullEvent.Stage.VERIFYING;
            case WRITING -> PullEvent.Stage.WRITING;
            case DONE -> PullEvent.Stage.DONE;
        };
        return new PullEvent(
                stage,
                progress.note(),
                progress.file().map(file -> new PullEvent.File(file.digest(), file.bytes(), file.completed())));
    }

    private static <T> T translated(Work<T> work) {
        try {
            return work.run();
        } catch (ModelException e) {
            throw translated(e);
        }
    }

    private static RuntimeException translated(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof ModelException known
                ? new ModelsException(reason(known.reason()), String.valueOf(known.getMessage()))
                : new CompletionException(cause);
    }

    private static ModelsException.Reason reason(ModelException.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> ModelsException.Reason.NOT_FOUND;
            case DENIED -> ModelsException.Reason.DENIED;
            case UNSUITABLE -> ModelsException.Reason.UNSUITABLE;
            case IN_USE, EXISTS -> ModelsException.Reason.CONFLICT;
            case UNREACHABLE, DAMAGED, DISK, CANCELLED -> ModelsException.Reason.PASSING;
        };
    }
}
