package io.npuq.api.http;

import java.util.List;

/** Told of each request once: when its answer is known and not sent yet, or when it was given up. On the event loop. */
@FunctionalInterface
public interface RequestCounter {
    /** The endpoint of a request that was answered before its route was looked for, or that has none. */
    String NO_ENDPOINT = "other";

    /**
     * One more.
     *
     * @param endpoint the pattern of its route, never the path that was asked
     * @param status of HTTP as a number, 499 for a client that left; of gRPC by its name
     */
    void answered(String endpoint, String status);

    /**
     * A request is to make a job: the span that it is, where requests are traced.
     *
     * @param traceparents what it has of that header
     * @param beganTick when it came, on {@link System#nanoTime}
     */
    default RequestTrace trace(List<String> traceparents, long beganTick) {
        return RequestTrace.NONE;
    }
}
