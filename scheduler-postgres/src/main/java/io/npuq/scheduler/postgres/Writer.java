package io.npuq.scheduler.postgres;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Submission;
import io.npuq.schema.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of this host that changes anything in the store. It takes what waits, makes all of it in one transaction, hands jobs to the
 * lanes, commits, and only then answers. While the store cannot be reached it refuses what can be refused, keeps the rest, and makes it
 * once the store is back.
 */
final class Writer {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int BATCH_REQUESTS_MAX = 1_024;

    /** A lane that waits beside jobs that wait may get one by nothing but time: how often that is looked at. */
    private static final Duration ROUTE_AGAIN_AFTER = Duration.ofMillis(250);

    private static final Duration IDLE_MAX = Duration.ofSeconds(1);
    private static final Duration RECONNECT_AFTER = Duration.ofMillis(500);

    private final Parts parts;
    private final Session session;
    private final Takers takers;
    private final Consumer<Throwable> fatal;
    private final BlockingQueue<Request<?>> inbox = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "queue-writer");
    private final Object gate = new Object();
    private boolean open = true;
    private @Nullable Throwable gone;

    /** What a transaction is made of. */
    record Parts(
            Current current,
            Totals totals,
            Lines lines,
            Modes modes,
            Intake intake,
            Attempts attempts,
            Upkeep upkeep,
            HostKeeper keeper,
            Bell bell,
            Told told,
            StoreClock clock) {}

    Writer(Parts parts, Session session, Consumer<Throwable> fatal) {
        this.parts = parts;
        this.session = session;
        this.takers = new Takers(parts.attempts());
        this.fatal = fatal;
    }

    void start() {
        thread.start();
    }

    <T> CompletionStage<T> call(Function<Tx, T> transition) {
        return enqueue(new Request.Call<>(transition, false));
    }

    /** The same for what must not be lost while the store is gone. */
    <T> CompletionStage<T> callWhenever(Function<Tx, T> transition) {
        return enqueue(new Request.Call<>(transition, true));
    }

    <T> CompletionStage<T> enqueue(Request<T> request) {
        synchronized (gate) {
            if (open) {
                inbox.add(request);
                return request.answer();
            }
        }
        request.closed();
        return request.answer();
    }

    CompletionStage<Optional<Claim>> take(Lane lane, boolean ahead) {
        Takers.Taker taker = new Takers.Taker(lane, ahead, new CompletableFuture<>());
        CompletionStage<Boolean> queued = callWhenever(tx -> takers.add(taker));
        queued.exceptionally(closed -> taker.claim().complete(Optional.empty()));
        return taker.claim();
    }

    void stopTaking(Lane lane) {
        CompletionStage<Boolean> done = callWhenever(tx -> takers.stop(lane));
        // A closed queue has dismissed every lane before.
        done.exceptionally(closed -> false);
    }

    /** Has it look at what other hosts did. From any thread. */
    void look() {
        parts.upkeep().lookNow();
        var unused = enqueue(new Request.Call<>(tx -> true, true)).exceptionally(closed -> false);
    }

    /** Has this host find out whether it was given up, and join anew. From any thread. */
    void findOut() {
        var unused = enqueue(new Request.Call<>(Tx::touch, true)).exceptionally(closed -> false);
    }

    /** Lets what waits be made, and ends the thread; false when someone else has done so. */
    boolean close() throws InterruptedException {
        synchronized (gate) {
            if (!open) {
                return false;
            }
            open = false;
            inbox.add(new Request.Call<>(tx -> true, true));
        }
        thread.join();
        return true;
    }

    private void run() {
        List<Request<?>> requests = new ArrayList<>();
        try {
            while (isOpen() || !inbox.isEmpty()) {
                requests = next();
                make(requests);
            }
            takers.dismissAll();
        } catch (Throwable t) {
            giveUp(requests, t);
        }
    }

    private List<Request<?>> next() throws InterruptedException {
        List<Request<?>> requests = new ArrayList<>();
        Request<?> first = inbox.poll(patience().toNanos(), TimeUnit.NANOSECONDS);
        if (first != null) {
            requests.add(first);
        }
        inbox.drainTo(requests, BATCH_REQUESTS_MAX - requests.size());
        return requests;
    }

    private Duration patience() {
        if (takers.anyWaits() && parts.totals().anyInLine() && !parts.modes().isPaused()) {
            return ROUTE_AGAIN_AFTER;
        }
        Instant next = parts.upkeep().next();
        Instant now = parts.clock().now();
        return next.isAfter(now.plus(IDLE_MAX))
                ? IDLE_MAX
                : next.isAfter(now) ? Duration.between(now, next) : Duration.ZERO;
    }

    /** Makes all of them, however often it takes. */
    private void make(List<Request<?>> requests) throws InterruptedException {
        List<Request<?>> rest = requests;
        Tx inDoubt = null;
        while (true) {
            try {
                if (inDoubt != null) {
                    if (session.isCommitted(inDoubt)) {
                        settle(inDoubt);
                        back();
                        return;
                    }
                    inDoubt = null;
                }
                transact(rest);
                back();
                return;
            } catch (InDoubtException e) {
                inDoubt = e.transaction();
                rest = withoutStore(rest, e, true);
            } catch (FencedException e) {
                LOG.warn("the other hosts have given this one up; what its lanes run is given back, and it joins anew");
                parts.attempts().dropAll();
                session.lost();
            } catch (RuntimeException e) {
                if (!StoreFailure.gaveWay(e)) {
                    if (!StoreFailure.isGone(e)) {
                        throw e;
                    }
                    rest = withoutStore(rest, e, inDoubt != null);
                }
            }
        }
    }

    private void transact(List<Request<?>> requests) {
        try (Session.Begun begun = session.begin(parts.attempts())) {
            Tx tx = begun.tx();
            parts.current().set(tx);
            parts.lines().changed();
            try {
                fill(tx, requests);
            } finally {
                parts.current().clear();
            }
            long beganTick = parts.clock().tick();
            boolean writes = !tx.isEmpty();
            begun.commit();
            settle(tx);
            if (writes) {
                parts.told().now(it -> it.committed(parts.clock().tick() - beganTick));
            }
        }
    }

    private void fill(Tx tx, List<Request<?>> requests) {
        parts.totals().refresh(tx);
        parts.upkeep().run(tx, parts.keeper().mayFence());
        List<Request.Submit> submits = new ArrayList<>();
        for (Request<?> request : requests) {
            if (request instanceof Request.Call<?> call) {
                call.make(tx);
            } else if (request instanceof Request.Submit submit) {
                submits.add(submit);
            }
        }
        submit(tx, submits);
        if (!parts.modes().isPaused()) {
            takers.serve(tx);
        }
        parts.bell().ring(tx, parts.keeper().others());
    }

    private void submit(Tx tx, List<Request.Submit> submits) {
        if (submits.isEmpty()) {
            return;
        }
        List<Submission> made = parts.intake()
                .submit(tx, submits.stream().map(Request.Submit::asked).toList());
        for (int i = 0; i < made.size(); i++) {
            submits.get(i).made(tx, made.get(i));
        }
        parts.lines().changed();
    }

    /** It is on disk: here too all is so from now on. */
    private void settle(Tx tx) {
        session.committed(tx);
        parts.totals().committed(tx.counts());
        parts.attempts().committed(tx);
        tx.committed();
        parts.upkeep().expect(tx.moment());
    }

    /**
     * The store cannot be reached: refuses what can be refused, of the new ones too, and waits a while.
     *
     * @param mine whether those at hand may be on disk: then they are not refused
     */
    private List<Request<?>> withoutStore(List<Request<?>> requests, Throwable why, boolean mine)
            throws InterruptedException {
        if (gone == null) {
            LOG.warn(
                    "the store cannot be reached ({}); submissions are refused until it can",
                    StoreFailure.message(why));
            gone = why;
        }
        List<Request<?>> kept = mine ? requests : refuse(requests, why);
        List<Request<?>> came = new ArrayList<>();
        long deadline = System.nanoTime() + RECONNECT_AFTER.toNanos();
        for (long left = RECONNECT_AFTER.toNanos(); left > 0; left = deadline - System.nanoTime()) {
            Request<?> next = inbox.poll(left, TimeUnit.NANOSECONDS);
            if (next != null) {
                came.addAll(refuse(List.of(next), why));
            }
        }
        if (!isOpen()) {
            throw new StoreGoneAtCloseException(why);
        }
        if (mine) {
            inbox.addAll(came);
            return kept;
        }
        List<Request<?>> all = new ArrayList<>(kept);
        all.addAll(came);
        return all;
    }

    private static List<Request<?>> refuse(List<Request<?>> requests, Throwable why) {
        requests.stream().filter(request -> !request.waitsForStore()).forEach(request -> request.refuse(why));
        return requests.stream().filter(Request::waitsForStore).toList();
    }

    private void back() {
        if (gone != null) {
            LOG.info("the store is reached again");
            gone = null;
        }
    }

    private boolean isOpen() {
        synchronized (gate) {
            return open;
        }
    }

    private void giveUp(List<Request<?>> requests, Throwable cause) {
        synchronized (gate) {
            open = false;
        }
        if (cause instanceof StoreGoneAtCloseException) {
            LOG.warn(
                    "the store cannot be reached while the queue is closed; what its lanes ran is run again elsewhere");
        } else {
            fatal.accept(cause);
        }
        List<Request<?>> all = new ArrayList<>(requests);
        inbox.drainTo(all);
        all.forEach(Request::closed);
        takers.dismissAll();
    }

    /** There is nobody to wait for the store any more. */
    private static final class StoreGoneAtCloseException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StoreGoneAtCloseException(Throwable cause) {
            super("the store is gone while the queue is closed", cause);
        }
    }
}
