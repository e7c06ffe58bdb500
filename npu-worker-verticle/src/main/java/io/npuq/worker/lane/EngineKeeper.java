package io.npuq.worker.lane;

import io.npuq.schema.LanePhase;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.EngineLoss;
import io.npuq.worker.engine.TestOverride;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a lane an engine that is loaded: its successor where there is one, else a new one; tries again, with the pauses that are due, until
 * there is one or the lane is to stop. On the lane's thread.
 */
final class EngineKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(EngineKeeper.class);

    private final Optional<TestOverride> override;
    private final LaneBoard board;
    private final LaneReport report;
    private final LaneStop stop;
    private final Successor successor;
    private final LongSupplier ticker;
    private final Restarts restarts;
    private final DeviceNodes nodes = DeviceNodes.ofThisMachine();
    private boolean deviceMissing;
    private EngineSource source;
    private Duration pause = Duration.ZERO;

    EngineKeeper(
            LaneSettings settings,
            Supplier<Engine> engines,
            LaneBoard board,
            LaneReport report,
            LaneStop stop,
            Successor successor,
            LongSupplier ticker) {
        this.source = new EngineSource(settings.model(), engines);
        this.override = settings.override();
        this.board = board;
        this.report = report;
        this.stop = stop;
        this.successor = successor;
        this.ticker = ticker;
        this.restarts = new Restarts(ticker, settings.quarantineMax());
    }

    /**
     * An engine and when it was loaded.
     *
     * @param loaded the engine
     * @param span when
     */
    record Kept(LoadedEngine loaded, LoadSpan span) {}

    /** How long to wait before {@link #next}, from the last failure on. */
    Duration pause() {
        return pause;
    }

    /** Whether that wait is over before its time: its device is missing, and a device has come or gone. */
    boolean isWorthATry() {
        return deviceMissing && nodes.haveChanged();
    }

    /** The next engine; empty when it did not load. */
    Optional<Kept> next() {
        Optional<Successor.Offer> offer = successor.take();
        return offer.isPresent() ? Optional.of(takeOver(offer.get())) : load();
    }

    private Kept takeOver(Successor.Offer offer) {
        source = offer.source();
        pause = Duration.ZERO;
        board.model(source.model());
        tell(offer.loaded());
        // No job waited for this load.
        long now = ticker.getAsLong();
        Kept kept = new Kept(board.loaded(offer.loaded()), new LoadSpan(now, now));
        offer.taken().complete(null);
        return kept;
    }

    private Optional<Kept> load() {
        Engine engine = source.engines().get();
        if (!stop.beginLoading(engine)) {
            engine.close();
            return Optional.empty();
        }
        long beganTick = ticker.getAsLong();
        try {
            LoadedEngine loaded = LoadedEngine.load(engine, override);
            if (stop.endLoading()) {
                tell(loaded);
                pause = Duration.ZERO;
                return Optional.of(new Kept(board.loaded(loaded), new LoadSpan(beganTick, ticker.getAsLong())));
            }
        } catch (EngineException e) {
            notLoaded(engine, e);
        }
        engine.close();
        return Optional.empty();
    }

    private static void tell(LoadedEngine loaded) {
        EngineInfo info = loaded.info();
        Boolean cached = info.loadedFromCache();
        LOG.info(
                "{} is loaded on {} in {} ms{}",
                info.model(),
                loaded.device().actual(),
                (long) info.loadMs(),
                cached == null ? "" : cached ? ", compiled before" : ", compiled anew");
    }

    /** The engine generated, so the next one need not be waited for. */
    void succeeded() {
        restarts.succeeded();
    }

    private void notLoaded(Engine engine, EngineException why) {
        CompletableFuture<EngineLoss> loss = engine.lost().toCompletableFuture();
        if (loss.isDone()) {
            lost(loss.join());
            return;
        }
        deviceMissing = why.kind() == EngineException.Kind.DEVICE_UNAVAILABLE
                && source.model().path().isPresent()
                && nodes.areShown();
        pause = (deviceMissing ? restarts.deviceMissing() : restarts.loadFailed()).length();
        String told = why.getMessage() + (deviceMissing ? lookedForAgain() : startedAgain());
        board.failed(told);
        report.failed(why.kind());
        warn(told);
    }

    /** The engine was lost. */
    void lost(EngineLoss loss) {
        deviceMissing = false;
        Restarts.Pause due = restarts.lost(loss.cause());
        pause = due.length();
        String told = due.quarantine()
                ? loss.message() + "; its device is quarantined for " + pause.toMillis() + " ms and then tried again"
                : loss.message() + startedAgain();
        board.lost(due.quarantine() ? LanePhase.QUARANTINED : LanePhase.LOADING, told);
        report.lost(due.quarantine());
        warn(told);
    }

    private String lookedForAgain() {
        return "; it is looked for again when a device comes, and in " + pause.toSeconds() + " s";
    }

    private String startedAgain() {
        return "; a new engine is started in " + pause.toMillis() + " ms";
    }

    private void warn(String told) {
        if (!stop.isStopping()) {
            LOG.warn("{}", told);
        }
    }
}
