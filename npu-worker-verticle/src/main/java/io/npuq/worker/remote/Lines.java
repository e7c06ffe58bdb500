package io.npuq.worker.remote;

import io.npuq.schema.CancelSignal;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One answer, event by event, for a thread that waits for it and must hear of a cancel meanwhile. The next line is asked for when the
 * last one is taken: what an upstream sends too fast waits in its socket, not here.
 */
final class Lines implements AutoCloseable {
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private volatile @Nullable CompletableFuture<?> asked;
    private volatile Flow.@Nullable Subscription subscription;

    /** An answer that was not asked for yet: of it, only a cancel is heard. */
    Lines(CancelSignal cancel) {
        cancel.onCancel(() -> {
            events.add(new Stopped());
            close();
        });
    }

    /** What came. */
    sealed interface Event {}

    /**
     * The answer has begun.
     *
     * @param status of HTTP
     * @param retryAfter how long the upstream asks to be left alone
     */
    record Head(int status, Optional<Duration> retryAfter) implements Event {}

    /** A line, without its end. */
    record Line(String text) implements Event {}

    /** The answer is whole. */
    record End() implements Event {}

    /** The answer did not begin, or ended before its end. */
    record Broken(Throwable cause) implements Event {}

    /** The job is to stop. */
    record Stopped() implements Event {}

    /** Nothing came in time. */
    record Late() implements Event {}

    void ask(HttpClient client, HttpRequest request) {
        CompletableFuture<HttpResponse<Void>> answer = client.sendAsync(request, response -> {
            events.add(new Head(
                    response.statusCode(),
                    response.headers().firstValue("Retry-After").flatMap(Lines::seconds)));
            return BodySubscribers.fromLineSubscriber(new Subscriber());
        });
        asked = answer;
        // What fails behind the head has been told by the subscriber: nobody looks at the second telling.
        var unused = answer.whenComplete((whole, failure) -> {
            if (failure != null) {
                events.add(new Broken(failure));
            }
        });
    }

    /** Waits for what comes next. */
    Event next(long nanos) {
        Event event;
        try {
            event = events.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Broken(new InterruptedIOException("the lane's thread was interrupted"));
        }
        Flow.Subscription upstream = subscription;
        if (event instanceof Line && upstream != null) {
            upstream.request(1);
        }
        return event == null ? new Late() : event;
    }

    @Override
    public void close() {
        CompletableFuture<?> unfinished = asked;
        if (unfinished != null) {
            unfinished.cancel(true);
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
