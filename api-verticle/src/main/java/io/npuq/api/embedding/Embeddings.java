package io.npuq.api.embedding;

import io.npuq.schema.InvalidInputException;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Outcome;
import java.util.Optional;

/** What the API must know of embeddings. Called on event loops: nothing here blocks. */
public interface Embeddings {
    /** Of a server that has no embedding model. */
    Embeddings NONE = new Embeddings() {
        @Override
        public Optional<String> refusal() {
            return Optional.of("this server has no embedding model; name one with --embedding-model"
                    + " (NPUQ_EMBEDDING_MODEL, or embedding_model in the configuration file), and start it again");
        }

        @Override
        public Optional<Outcome.Succeeded> answer(JobRequest request) {
            return Optional.empty();
        }
    };

    /** Why no embedding job can be taken, and what to do; empty when they can. */
    Optional<String> refusal();

    /**
     * Passes where embedding jobs can be taken.
     *
     * @param field that asks for one
     * @throws InvalidInputException with the {@link #refusal}
     */
    default void check(String field) {
        refusal().ifPresent(why -> {
            throw new InvalidInputException(field, why);
        });
    }

    /** The outcome of an embedding job all of whose vectors are known already; empty for every other job. */
    Optional<Outcome.Succeeded> answer(JobRequest request);
}
