package io.npuq.api.live;

import io.npuq.api.http.Exchange;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.lanes.LaneControl;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueStatus;
import io.npuq.schema.Job;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells clients how all stands: everything, a few times a second while something changes, once a second otherwise. It looks once for all
 * of them, and not at all while there are none; so what it costs depends neither on how many jobs come and go nor on who watches. On one
 * event loop.
 */
final class LiveFeed {
    private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);
    private static final long TICK_MS = 250;

    /** While nothing changes but time, every so many ticks are told. */
    private static final int IDLE_TICKS = 4;

    /** Every so many ticks, the nearest deadlines are looked up, and what happened lately is told. */
    private static final int SLOW_TICKS = 8;

    private static final int DEADLINES_SHOWN = 10;
    private static final int CLIENTS_MAX = 64;
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final JobQueue queue;
    private final LaneControl lanes;
    private final Activity activity;
    private final Clock clock;
    private final Set<LiveClient> clients = new LinkedHashSet<>();
    private @Nullable RunningTexts texts;
    private @Nullable Sight told;
    private List<Job> deadlines = List.of();
    private Buffer lately = Buffer.buffer();
    private long latelyVersion;
    private long latelyTick;
    private long timer = NO_TIMER;
    private long ticks;
    private long toldTick;
    private boolean looking;

    LiveFeed(Vertx vertx, JobQueue queue, LaneControl lanes, Activity activity, Clock clock) {
        this.vertx = vertx;
        this.queue = queue;
        this.lanes = lanes;
        this.activity = activity;
        this.clock = clock;
    }

    void join(Exchange exchange, int states) {
        if (clients.size() == CLIENTS_MAX) {
            throw new ProblemException(Problem.of(
                            429,
                            "too_many_followers",
                            CLIENTS_MAX + " clients follow the queue already; ask GET /v1/queue")
                    .with(Map.of("Retry-After", "10")));
        }
        LiveClient client = new LiveClient(exchange, states);
        exchange.whenGone(() -> leave(client));
        if (!client.begin()) {
            return;
        }
        clients.add(client);
        told = null;
        Context context = exchange.context();
        if (timer == NO_TIMER) {
            texts = new RunningTexts(queue, context);
            ticks = 0;
            lately = Buffer.buffer();
            timer = vertx.setPeriodic(TICK_MS, tick -> tick(context));
        }
        look(context);
    }

    private void leave(LiveClient client) {
        clients.remove(client);
        if (clients.isEmpty() && timer != NO_TIMER) {
            vertx.cancelTimer(timer);
            timer = NO_TIMER;
            following().follow(Set.of());
        }
    }

    private void tick(Context context) {
        ticks++;
        look(context);
    }

    private void look(Context context) {
        if (looking) {
            return;
        }
        looking = true;
        Future<List<Job>> nearest = ticks % SLOW_TICKS == 0
                ? Future.fromCompletionStage(queue.nearestDeadlines(DEADLINES_SHOWN), context)
                : Future.succeededFuture(deadlines);
        nearest.compose(jobs -> {
                    deadlines = jobs;
                    return Future.fromCompletionStage(queue.status(), context);
                })
                .onComplete(done -> looking = false)
                .onSuccess(this::seen)
                .onFailure(this::blind);
    }

    /** Whoever follows finds out by itself, and comes again. */
    private void blind(Throwable cause) {
        LOG.info("nobody can be told how the queue stands: {}", cause.toString());
        List.copyOf(clients).forEach(LiveClient::drop);
    }

    private void seen(QueueStatus status) {
        if (clients.isEmpty()) {
            return;
        }
        RunningTexts running = following();
        running.follow(status.running().stream().map(QueueStatus.Running::id).collect(Collectors.toSet()));
        Sight sight = new Sight(status, lanes.lanes(), deadlines, running.version());
        Sight before = told;
        if (before == null || !sight.isLike(before) || ticks - toldTick >= IDLE_TICKS) {
            told = sight;
            toldTick = ticks;
            Instant now = clock.instant();
            tell(event("state", SightJson.bytes(sight, running.shown(), now)));
        }
    }

    private void tell(Buffer state) {
        boolean isOld = ticks - latelyTick >= SLOW_TICKS && activity.version() != latelyVersion;
        if (lately.length() == 0 || isOld) {
            latelyTick = ticks;
            latelyVersion = activity.version();
            lately = event("activity", ActivityJson.bytes(activity));
        }
        List.copyOf(clients).stream()
                .filter(client -> !client.tell(state, lately))
                .forEach(this::leave);
    }

    private RunningTexts following() {
        RunningTexts running = texts;
        if (running == null) {
            throw new IllegalStateException("nobody has joined yet");
        }
        return running;
    }

    private static Buffer event(String name, byte[] data) {
        return Buffer.buffer("event: " + name + "\ndata: ").appendBytes(data).appendString("\n\n");
    }
}
