package io.npuq.api.http;

import io.vertx.core.Future;

/** Serves one method of one path. */
@FunctionalInterface
public interface Endpoint {
    /**
     * The answer, on the exchange's context. What a client may do wrong leaves as {@link ProblemException} or
     * {@link io.npuq.schema.InvalidInputException}, thrown or as the future's failure; anything else is a bug and a 500. Where the
     * endpoint answers by {@link Exchange#stream} instead, the future never completes.
     */
    Future<Answer> answer(Exchange exchange);
}
