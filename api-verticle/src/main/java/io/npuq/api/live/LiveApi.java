package io.npuq.api.live;

import io.npuq.api.http.Answer;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.Routes;
import io.npuq.api.lanes.LaneControl;
import io.npuq.scheduler.JobQueue;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;

/** {@code GET /v1/queue/events}: how all stands, as server-sent events. */
public final class LiveApi {
    private static final int LIMIT_MAX = 1_000;

    private final LiveFeed feed;

    /**
     * Tells of this queue and these lanes.
     *
     * @param activity what happened lately
     * @param clock to say how long the oldest job has waited
     */
    public LiveApi(Vertx vertx, JobQueue queue, LaneControl lanes, Activity activity, Clock clock) {
        feed = new LiveFeed(vertx, queue, lanes, activity, clock);
    }

    /** Adds the route. */
    public void addTo(Routes routes) {
        routes.at("/v1/queue/events").get(this::follow);
    }

    private Future<Answer> follow(Exchange exchange) {
        int states = exchange.query("limit").integer("limit", 1, LIMIT_MAX, Integer.MAX_VALUE);
        feed.join(exchange, states);
        return Promise.<Answer>promise().future();
    }
}
