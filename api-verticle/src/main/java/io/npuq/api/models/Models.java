package io.npuq.api.models;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * The models on disk, and how more of them come. All of it reads or writes files and may block: never call it on an event loop. Failures
 * are {@link ModelsException}, and {@link io.npuq.schema.InvalidInputException} for what is no name.
 */
public interface Models {
    /** Every model, by name. */
    List<ModelInfo> list();

    /** The model of that name. */
    Optional<ModelInfo> find(String name);

    /**
     * The model in a directory, wherever a lane has it from.
     *
     * @param name what it is called
     */
    Optional<ModelInfo> at(Path directory, String name);

    /**
     * Fetches a model, or joins those who fetch it already.
     *
     * @param name of the catalogue, or a repository on the hub
     * @param listener told how it goes, on any thread; it must neither block nor call back
     */
    Pulling pull(String name, Consumer<PullEvent> listener);

    /** Deletes a model that no lane runs. */
    void delete(String name);

    /** Gives a model a second name. */
    void copy(String from, String to);

    /** One wish for a model. */
    interface Pulling {
        /** Completes once the model is there, on any thread; fails with a {@link ModelsException}. */
        CompletionStage<Void> done();

        /** Withdraws the wish; what has come is kept. */
        void cancel();
    }
}
