package io.npuq.worker.remote;

import io.npuq.schema.CancelSignal;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The lines of one answer, for a thread that waits for them and must hear of a cancel meanwhile. The next line is asked for when the last
 * one is taken: what an upstream sends too fast waits in its socket, not here.
 */
final class Lines implements AutoCloseable {
    private static final int ERROR_LINES_MAX = 100;
    private static final Duration ERROR_LIMIT = Duration.ofSeconds(5);

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private final List<Runnable> onStop = new CopyOnWriteArrayList<>();
    private final CancelSignal cancel;
    private volatile Flow.@Nullable Subscription subscription;
    private volatile Optional<Duration> retryAfter = Optional.empty();

    Lines(CancelSignal cancel) {
        this.cancel = cancel;
        cancel.onCancel(this::stop);
    }

    /** What came. */
    sealed interface Event {}

    /** A line, without its end. */
    record Line(String text) implements Event {}

    /** The answer is whole. */
    record End() implements Event {}

    /** The answer ended before its end. */
    record Broken(Throwable cause) implements Event {}

    /** The job is to stop. */
    record Stopped() implements Event {}

    /** Nothing came in time. */
    record Late() implements Event {}

    BodyHandler<Void> handler() {
        return response -> {
            retryAfter = response.headers().firstValue("Retry-After").flatMap(Lines::seconds);
            status.complete(response.statusCode());
            return BodySubscribers.fromLineSubscriber(new Subscriber());
        };
    }

    /** The answer's status; fails when none comes. */
    CompletableFuture<Integer> status() {
        return status;
    }

    /** How long the upstream asks to be left alone. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    /** Runs when the job is to stop, or nobody reads any more. */
    void onStop(Runnable action) {
        onStop.add(action);
    }

    /** Waits for what comes next. */
    Event next(long nanos) {
        Event event = poll(nanos);
        Flow.Subscription upstream = subscription;
        if (event instanceof Line && upstream != null) {
            upstream.request(1);
        }
        return event == null ? new Late() : event;
    }

    /** The rest of a short answer, as one text. */
    String rest() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < ERROR_LINES_MAX && next(ERROR_LIMIT.toNanos()) instanceof Line line; i++) {
            text.append(line.text()).append('\n');
        }
        close();
        return text.toString();
    }

    /** Waits that long; false when the job is to stop meanwhile. */
    boolean rest(Duration pause) {
        events.removeIf(event -> !(event instanceof Stopped));
        return !cancel.isSet() && poll(pause.toNanos()) == null;
    }

    @Override
    public void close() {
        onStop.forEach(Runnable::run);
    }

    private void stop() {
        status.complete(0);
        events.add(new Stopped());
        close();
    }

    private @Nullable Event poll(long nanos) {
        try {
            return events.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Broken(e);
        }
    }

    private static Optional<Duration> seconds(String header) {
        return header.matches("[0-9]{1,6}")
                ? Optional.of(Duration.ofSeconds(Long.parseLong(header)))
                : Optional.empty();
    }

    private final class Subscriber implements Flow.Subscriber<String> {
        @Override
        public void onSubscribe(Flow.Subscription upstream) {
            subscription = upstream;
            upstream.request(1);
        }

        @Override
        public void onNext(String line) {
            events.add(new Line(line));
        }

        @Override
        public void onError(Throwable cause) {
            events.add(new Broken(cause));
        }

        @Override
        public void onComplete() {
            events.add(new End());
        }
    }
}
