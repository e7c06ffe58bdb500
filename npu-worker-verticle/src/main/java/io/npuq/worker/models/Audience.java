package io.npuq.worker.models;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Who hears of a pull. One that comes later hears first how it stands. One event at a time, so listeners must not block. */
final class Audience {
    private final List<Consumer<PullProgress>> listeners = new ArrayList<>();
    private final Map<String, PullProgress> files = new LinkedHashMap<>();
    private Optional<PullProgress> stage = Optional.empty();

    synchronized void add(Consumer<PullProgress> listener) {
        stage.ifPresent(listener);
        files.values().forEach(listener);
        listeners.add(listener);
    }

    synchronized void remove(Consumer<PullProgress> listener) {
        listeners.remove(listener);
    }

    synchronized boolean isEmpty() {
        return listeners.isEmpty();
    }

    synchronized void tell(PullProgress event) {
        if (event.file().isPresent()) {
            files.put(event.file().get().path(), event);
        } else {
            stage = Optional.of(event);
        }
        List.copyOf(listeners).forEach(listener -> listener.accept(event));
    }
}
