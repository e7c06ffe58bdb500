package io.npuq.worker.lane;

import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.TestOverride;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets a lane an engine that is loaded: tries again, with growing pauses, until there is one or the lane is to stop. */
final class EngineKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(EngineKeeper.class);

    private final Supplier<Engine> engines;
    private final Optional<TestOverride> override;
    private final LaneBoard board;
    private final LaneReport report;
    private final LaneStop stop;
    private final LongSupplier ticker;
    private final Backoff backoff = new Backoff();

    EngineKeeper(
            Supplier<Engine> engines,
            Optional<TestOverride> override,
            LaneBoard board,
            LaneReport report,
            LaneStop stop,
            LongSupplier ticker) {
        this.engines = engines;
        this.override = override;
        this.board = board;
        this.report = report;
        this.stop = stop;
        this.ticker = ticker;
    }

    /**
     * An engine and when it was loaded.
     *
     * @param loaded the engine
     * @param span when
     */
    record Kept(LoadedEngine loaded, LoadSpan span) {}

    /** Tries once, after the pause that is due; empty when it did not load. */
    Optional<Kept> load() {
        stop.pause(backoff.delay());
        Engine engine = engines.get();
        if (!stop.beginLoading(engine)) {
            engine.close();
            return Optional.empty();
        }
        long beganTick = ticker.getAsLong();
        try {
            LoadedEngine loaded = LoadedEngine.load(engine, override);
            if (stop.endLoading()) {
                EngineInfo info = loaded.info();
                LOG.info(
                        "{} is loaded on {} in {} ms",
                        info.model(),
                        loaded.device().actual(),
                        (long) info.loadMs());
                return Optional.of(new Kept(board.loaded(loaded), new LoadSpan(beganTick, ticker.getAsLong())));
            }
        } catch (EngineException e) {
            report.failed(e.kind());
            failed(String.valueOf(e.getMessage()));
        }
        engine.close();
        return Optional.empty();
    }

    /** The engine generated, so the next one need not be waited for. */
    void succeeded() {
        backoff.succeeded();
    }

    /** The engine did not load, or was lost. */
    void failed(String why) {
        backoff.failed();
        String told = why + "; a new engine is started in " + backoff.delay().toMillis() + " ms";
        board.trouble(told);
        if (!stop.isStopping()) {
            LOG.warn("{}", told);
        }
    }
}
