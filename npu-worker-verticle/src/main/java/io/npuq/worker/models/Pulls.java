package io.npuq.worker.models;

import io.npuq.worker.models.ModelException.Reason;
import io.npuq.worker.setup.ModelName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The pulls of this process: one a model, however many want it. */
public final class Pulls {
    private final ModelStore store;
    private final Catalogue catalogue;
    private final Hub hub;
    private final Map<ModelName, Pull> running = new HashMap<>();

    /** Pulls into that store, by these names, from that hub. */
    public Pulls(ModelStore store, Catalogue catalogue, HubSettings hub) {
        this.store = store;
        this.catalogue = catalogue;
        this.hub = new Hub(hub);
    }

    /**
     * Fetches a model, or joins those who fetch it already. One that is there and up to date is only looked up on the hub.
     *
     * @param name of the catalogue, or a repository on the hub
     * @param listener told how it goes, on the pull's threads; it must neither block nor call back
     * @throws ModelException {@code NOT_FOUND} when no name of the catalogue and no repository is called so
     */
    public Pulling pull(ModelName name, Consumer<PullProgress> listener) throws ModelException {
        Optional<CatalogueEntry> entry = catalogue.find(name);
        if (entry.isEmpty() && !name.isRepository()) {
            throw new ModelException(
                    Reason.NOT_FOUND,
                    "there is no model \"" + name
                            + "\" in the catalogue: \"npuq models --catalogue\" shows it. Or give a"
                            + " repository of the hub, as org/repo");
        }
        ModelName kept = catalogue.canonical(name);
        String repository = entry.map(CatalogueEntry::repository).orElse(name.value());
        synchronized (running) {
            Pull pull = running.get(kept);
            boolean fresh = pull == null || pull.done().isDone();
            if (pull == null || fresh) {
                pull = new Pull(store, kept, repository, entry.flatMap(e -> Optional.ofNullable(e.companion())), hub);
                running.put(kept, pull);
            }
            pull.audience().add(listener);
            if (fresh) {
                pull.start();
            }
            return new Wish(kept, pull, listener);
        }
    }

    private final class Wish implements Pulling {
        private final ModelName name;
        private final Pull pull;
        private final Consumer<PullProgress> listener;

        private Wish(ModelName name, Pull pull, Consumer<PullProgress> listener) {
            this.name = name;
            this.pull = pull;
            this.listener = listener;
        }

        @Override
        public CompletionStage<StoredModel> done() {
            return pull.done();
        }

        @Override
        public void cancel() {
            synchronized (running) {
                pull.audience().remove(listener);
                if (pull.audience().isEmpty() && running.remove(name, pull)) {
                    pull.cancel();
                }
            }
        }
    }
}
