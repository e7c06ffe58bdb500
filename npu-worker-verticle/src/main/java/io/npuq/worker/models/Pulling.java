package io.npuq.worker.models;

import java.util.concurrent.CompletionStage;

/** One wish for a model. Others may wish for the same one: it is fetched once, and given up when nobody wants it any more. */
public interface Pulling {
    /** The model, once it is there; fails with a {@link ModelException}. Completes on the pull's thread. */
    CompletionStage<StoredModel> done();

    /** Withdraws the wish. What has come is kept, so that a later pull goes on there. */
    void cancel();
}
