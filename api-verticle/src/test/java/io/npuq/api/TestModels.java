package io.npuq.api;

import io.npuq.api.models.ModelInfo;
import io.npuq.api.models.Models;
import io.npuq.api.models.ModelsException;
import io.npuq.api.models.PullEvent;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** Models in memory; the test leads each pull by hand. */
final class TestModels implements Models {
    final Map<String, ModelInfo> models = new TreeMap<>();
    /** Not among those that npuq keeps, by name. */
    final Map<String, ModelInfo> elsewhere = new TreeMap<>();

    final LinkedBlockingQueue<Led> pulls = new LinkedBlockingQueue<>();

    /** A pull that the test leads. */
    record Led(String name, Consumer<PullEvent> listener, CompletableFuture<Void> done, CountDownLatch cancelled)
            implements Pulling {
        @Override
        public void cancel() {
            cancelled.countDown();
        }
    }

    TestModels with(ModelInfo model) {
        models.put(model.name(), model);
        return this;
    }

    @Override
    public synchronized List<ModelInfo> list() {
        return List.copyOf(models.values());
    }

    @Override
    public synchronized Optional<ModelInfo> find(String name) {
        return Optional.ofNullable(models.get(name));
    }

    @Override
    public Optional<ModelInfo> at(Path directory, String name) {
        return find(name).or(() -> Optional.ofNullable(elsewhere.get(name)));
    }

    @Override
    public Pulling pull(String name, Consumer<PullEvent> listener) {
        if (name.equals("unknown")) {
            throw new ModelsException(ModelsException.Reason.NOT_FOUND, "there is no model \"unknown\"");
        }
        Led led = new Led(name, listener, new CompletableFuture<>(), new CountDownLatch(1));
        pulls.add(led);
        return led;
    }

    @Override
    public synchronized void delete(String name) {
        if (name.equals("busy")) {
            throw new ModelsException(ModelsException.Reason.CONFLICT, "\"busy\" is the model of a lane");
        }
        models.remove(name);
    }

    @Override
    public synchronized void copy(String from, String to) {
        models.put(to, models.get(from));
    }
}
