package io.npuq.worker.lane;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobQueue;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.Outcome;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.Generation;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lane at work, on a thread of its own: it loads its engine, then takes a job, runs it and hands in what happened, until it is
 * stopped. An engine that was lost is replaced; while none loads, nothing is taken and jobs wait.
 */
public final class LaneLoop {
    private static final Logger LOG = LoggerFactory.getLogger(LaneLoop.class);

    /** For so long a job may wait for its lane's new engine. */
    private static final Duration HELD_MAX = Duration.ofSeconds(1);

    /** How often a lane that waits looks whether its missing device has come. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** A model that is to go stays when a job comes within this time: one that waits is handed out far sooner. */
    private static final Duration IDLE_BEFORE_FREED = Duration.ofMillis(200);

    private final JobQueue queue;
    private final LaneSettings settings;
    private final LongSupplier ticker;
    private final Consumer<Throwable> fatal;
    private final BusyCounter counter;
    private final QuietWatch quietWatch;
    private final LaneBoard board;
    private final LaneStop stop = new LaneStop();
    private final Successor successor = new Successor();
    private final ModelWish wish = new ModelWish();
    private final Claims claims;
    private final LaneReport report;
    private final EngineKeeper keeper;
    private final IdleGaps gaps;
    private final LaneObserver observer;
    private final ScheduledThreadPoolExecutor timer;
    private final AtomicBoolean fatalTold = new AtomicBoolean();
    /** What the engine's device makes of it: AUTO shows only once a model is loaded. */
    private volatile Lane lane;

    private volatile @Nullable Engine serving;

    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();

    private LaneLoop(
            JobQueue queue,
            LaneSettings settings,
            Supplier<Engine> engines,
            LongSupplier ticker,
            Consumer<Throwable> fatal,
            LaneObserver observer) {
        this.queue = queue;
        this.settings = settings;
        this.lane = settings.lane();
        this.ticker = ticker;
        this.fatal = fatal;
        this.counter = settings.counter();
        this.quietWatch = new QuietWatch(counter, ticker);
        this.board = new LaneBoard(settings, ticker);
        this.claims = new Claims(queue, ticker, this::prepare);
        this.report = new LaneReport(queue, settings);
        this.observer = observer;
        this.gaps = new IdleGaps(observer::idled);
        this.keeper = new EngineKeeper(settings, engines, board, report, stop, successor, ticker);
        this.timer = new ScheduledThreadPoolExecutor(1, task -> thread("-timer", task));
        timer.setRemoveOnCancelPolicy(true);
        // Stopping a lane that has ended is harmless.
        timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /**
     * Sets a lane to work. Returns at once: the lane's own thread loads the engine.
     *
     * @param engines makes a new engine, not loaded yet
     * @param ticker monotonic nanoseconds
     * @param fatal told once, on any thread, when the lane cannot go on: the queue did not record an answer, or there is a bug
     */
    public static LaneLoop start(
            JobQueue queue,
            LaneSettings settings,
            Supplier<Engine> engines,
            LongSupplier ticker,
            Consumer<Throwable> fatal) {
        return start(queue, settings, engines, ticker, fatal, LaneObserver.NONE);
    }

    /** The same, observed. */
    public static LaneLoop start(
            JobQueue queue,
            LaneSettings settings,
            Supplier<Engine> engines,
            LongSupplier ticker,
            Consumer<Throwable> fatal,
            LaneObserver observer) {
        LaneLoop lane = new LaneLoop(queue, settings, engines, ticker, fatal, observer);
        lane.claims.broken().thenAccept(lane::breakDown);
        lane.thread("", lane::workAndEnd).start();
        return lane;
    }

    /** How the lane is now. From any thread; touches no file. */
    public LaneStatus status() {
        return board.status();
    }

    /** The NPU's busy counter now, in microseconds; empty where there is none. From any thread; reads a file. */
    public OptionalLong busyTimeUs() {
        return counter.readUs();
    }

    /** Frees the model once no job waits for it; the next one loads it again. From any thread. */
    public void free() {
        wish.free();
    }

    /** Loads the model again, where it was freed, before a job asks for it. From any thread. */
    public void load() {
        wish.load();
    }

    /**
     * Takes no more jobs and lets the running one end. Past the time-out that one is given back to the queue, to run again.
     *
     * @return completes once the lane's thread has ended and its engine is closed
     */
    public CompletionStage<@Nullable Void> stop(Duration drainTimeout) {
        queue.stopTaking(lane);
        timer.execute(() -> {
            stop.stop();
            // Again, for an engine that was loaded meanwhile may have made another lane of it.
            queue.stopTaking(lane);
        });
        ScheduledFuture<?> unused = timer.schedule(stop::abandon, drainTimeout.toNanos(), TimeUnit.NANOSECONDS);
        return ended;
    }

    /**
     * Loads an engine from another source beside the present one, on the calling thread, which blocks. Nothing changes yet.
     *
     * @throws EngineException when it does not load
     */
    public Prepared prepare(EngineSource source) throws EngineException {
        Engine engine = source.engines().get();
        try {
            if (!successor.beginLoading(engine)) {
                throw new EngineException(
                        EngineException.Kind.MODEL_UNAVAILABLE, "lane " + lane.wire() + " is stopped");
            }
            LoadedEngine loaded = LoadedEngine.load(engine, settings.override());
            return new Prepared(loaded, () -> successor.offer(loaded, source));
        } catch (EngineException e) {
            engine.close();
            throw e;
        }
    }

    private void work() {
        report.loading();
        while (!stop.isStopping() && !claims.ended()) {
            rest(keeper.pause());
            keeper.next().ifPresentOrElse(this::serve, () -> claims.giveBack("no engine could be loaded for it"));
        }
        if (stop.isStopping()) {
            claims.giveBackLast("the server stopped before it ran");
        }
        claims.settle();
    }

    /** Waits; a long wait is not for the job that was handed out before the engine was lost: another lane may have it. */
    private void rest(Duration pause) {
        long endTick = ticker.getAsLong() + pause.toNanos();
        CompletableFuture<?> replaced = successor.ready().toCompletableFuture();
        boolean isLong = pause.compareTo(HELD_MAX) > 0;
        Duration left = pause;
        while (left.toNanos() > 0 && !stop.isStopping() && !replaced.isDone() && !keeper.isWorthATry()) {
            Duration look = left.compareTo(LOOK_EVERY) < 0 ? left : LOOK_EVERY;
            if (isLong) {
                claims.giveBack("its lane waits for an engine");
                CompletableFuture<?> handedOut = claims.handedOut().toCompletableFuture();
                stop.pause(look, CompletableFuture.anyOf(replaced, handedOut));
            } else {
                stop.pause(look, replaced);
            }
            left = Duration.ofNanos(endTick - ticker.getAsLong());
        }
    }

    /** Until the engine is lost, has a successor, was idle for too long or is to go, or there are no more jobs. */
    private void serve(EngineKeeper.Kept kept) {
        try (Engine engine = kept.loaded().engine()) {
            lane = settings.laneOn(kept.loaded().device());
            if (stop.isStopping()) {
                queue.stopTaking(lane);
            }
            observer.loaded(lane, kept.span().beganTick(), kept.span().endedTick());
            report.serving(lane, kept.loaded());
            quietWatch.beginIdle();
            AttemptRunner runner = new AttemptRunner(kept.loaded(), counter, quietWatch, ticker, gaps);
            CompletionStage<?> replaced = successor.ready();
            CompletableFuture<Object> over =
                    CompletableFuture.anyOf(engine.lost().toCompletableFuture(), replaced.toCompletableFuture());
            serving = engine;
            Optional<NextClaim.Handed> next = next(over);
            while (next.isPresent()) {
                run(next.get(), runner, kept);
                next = next(over);
            }
            serving = null;
            if (kept.loaded().isLost()) {
                keeper.lost(Await.result(engine.lost()));
            } else if (!over.isDone() && !claims.ended() && !stop.isStopping()) {
                unload(engine);
            }
        }
    }

    /** The next claim; where the model is to go, only one that waits already. */
    private Optional<NextClaim.Handed> next(CompletableFuture<?> over) {
        board.idle();
        CompletableFuture<?> gone = wish.gone().toCompletableFuture();
        Optional<NextClaim.Handed> next = claims.next(lane, CompletableFuture.anyOf(over, gone), settings.keepAlive());
        boolean isToGo = next.isEmpty() && gone.isDone() && !claims.ended();
        return isToGo ? claims.next(lane, over, Optional.of(IDLE_BEFORE_FREED)) : next;
    }

    /** Nobody asks for the model, for as long as it is kept or when it is to go: frees it until somebody does. */
    private void unload(Engine engine) {
        LOG.info("lane {}: no job asks for its model, so it is freed", lane.wire());
        wish.granted();
        board.unloaded();
        engine.close();
        claims.await(
                lane,
                CompletableFuture.anyOf(
                        successor.ready().toCompletableFuture(), wish.back().toCompletableFuture()));
        wish.granted();
        board.loading();
    }

    /** The next job's prompt is made ready while this one runs. The queue's thread has better to do than to write it down. */
    private void prepare(Claim held) {
        timer.execute(() -> {
            Engine engine = serving;
            if (engine != null) {
                engine.prepare(Generation.of(held.request()));
            }
        });
    }

    private void run(NextClaim.Handed next, AttemptRunner runner, EngineKeeper.Kept kept) {
        board.busy();
        Claim claim = next.claim();
        try (RunningAttempt running = new RunningAttempt(claim, timer)) {
            stop.running(running.stop());
            Attempt attempt = kept.span().attempt(claim, next.tick());
            Outcome outcome = runner.run(attempt, text -> queue.progress(claim, text), running.stop());
            ran(kept);
            OptionalInt tooLong = tooLong(claim, outcome, kept.loaded().engine());
            if (tooLong.isPresent()) {
                claims.tooLong(claim, tooLong.getAsInt());
            } else {
                handIn(claim, outcome, running.stop());
            }
        } catch (EngineException e) {
            ran(kept);
            if (e.kind() == EngineException.Kind.ENGINE_AWAY) {
                claims.giveBack(claim, String.valueOf(e.getMessage()));
            } else {
                claims.recover(claim, String.valueOf(e.getMessage()));
            }
        }
    }

    /** The queue hears that the engine is lost before it hears that the lane is free, and so starts nothing here. */
    private void ran(EngineKeeper.Kept kept) {
        if (kept.loaded().isLost()) {
            report.lost(false);
        } else {
            keeper.succeeded();
        }
    }

    /** How long the prompt is that the engine did not take; empty when it took it, or cannot say. */
    private static OptionalInt tooLong(Claim claim, Outcome outcome, Engine engine) {
        return outcome.error()
                        .filter(error -> error.code() == ErrorCode.PROMPT_TOO_LONG)
                        .isPresent()
                ? Await.result(engine.promptTokens(Generation.of(claim.request())))
                : OptionalInt.empty();
    }

    private void handIn(Claim claim, Outcome outcome, StopSignal stopped) {
        boolean abandoned =
                stopped.cause().filter(StopSignal.Cause.ABANDONED::equals).isPresent();
        if (abandoned && outcome.state() == JobState.CANCELLED) {
            claims.giveBack(claim, "the server stopped while it ran");
        } else {
            claims.finish(claim, outcome);
        }
    }

    private void workAndEnd() {
        settings.override()
                .ifPresent(override -> LOG.warn(
                        "test override: the NPU's code path runs on the CPU, and {} stands for the busy counter",
                        override.counterFile()));
        ScheduledFuture<?> unused = timer.scheduleWithFixedDelay(
                quietWatch::sample, 0, QuietWatch.SAMPLE_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        try {
            work();
        } catch (RuntimeException | Error e) {
            breakDown(e);
        } finally {
            report.stopped();
            board.stopped("lane " + settings.lane().wire() + " is stopped");
            timer.shutdownNow();
            successor.close();
            ended.complete(null);
        }
    }

    private void breakDown(Throwable cause) {
        if (fatalTold.compareAndSet(false, true)) {
            fatal.accept(new IllegalStateException(
                    "lane " + settings.lane().wire() + " cannot go on: " + cause.getMessage(), cause));
        }
    }

    private Thread thread(String suffix, Runnable work) {
        Thread thread = new Thread(work, "lane-" + settings.lane().wire() + suffix);
        thread.setDaemon(true);
        return thread;
    }
}
