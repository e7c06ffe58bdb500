package io.npuq.worker.lane;

import io.npuq.schema.LaneHealth;
import io.npuq.schema.LanePhase;
import io.npuq.schema.LaneStatus;
import io.npuq.worker.engine.TestOverride;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How a lane is, for anyone to read at any time: its thread alone writes. */
final class LaneBoard {
    private record First(@Nullable String modelDigest, double loadMs) {}

    private record Now(
            LanePhase phase,
            long sinceTick,
            LaneSettings.Model model,
            @Nullable LoadedEngine loaded,
            @Nullable First first,
            long restarts,
            @Nullable String trouble) {
        Now enter(LanePhase next, long tick, @Nullable String why) {
            return new Now(next, next == phase ? sinceTick : tick, model, null, first, restarts, why);
        }
    }

    private final LaneSettings settings;
    private final LongSupplier ticker;
    private boolean replacesLost;
    private volatile OptionalLong idleSinceTick = OptionalLong.empty();
    private volatile Now now;

    /**
     * A lane that loads its first engine.
     *
     * @param ticker monotonic nanoseconds
     */
    LaneBoard(LaneSettings settings, LongSupplier ticker) {
        this.settings = settings;
        this.ticker = ticker;
        this.now = new Now(LanePhase.LOADING, ticker.getAsLong(), settings.model(), null, null, 0, null);
    }

    /** Another model is loaded from now on. */
    void model(LaneSettings.Model model) {
        Now before = now;
        now = new Now(
                before.phase(),
                before.sinceTick(),
                model,
                before.loaded(),
                before.first(),
                before.restarts(),
                before.trouble());
    }

    /** Shows the engine as loaded; what it answers knows the first load of this model. */
    LoadedEngine loaded(LoadedEngine loaded) {
        Now before = now;
        String digest = loaded.info().modelDigest();
        First known = before.first();
        First first = known != null && Objects.equals(known.modelDigest(), digest)
                ? known
                : new First(digest, loaded.info().loadMs());
        LoadedEngine shown = loaded.withInitialLoadMs(first.loadMs());
        long restarts = before.restarts() + (replacesLost ? 1 : 0);
        replacesLost = false;
        now = new Now(LanePhase.SERVING, ticker.getAsLong(), before.model(), shown, first, restarts, null);
        return shown;
    }

    /** An engine was lost. */
    void lost(LanePhase phase, String why) {
        replacesLost = true;
        now = now.enter(phase, ticker.getAsLong(), why);
    }

    /** The model did not load. */
    void failed(String why) {
        now = now.enter(LanePhase.FAILED, ticker.getAsLong(), why);
    }

    /** The model was freed because nobody asked for it. */
    void unloaded() {
        now = now.enter(LanePhase.UNLOADED, ticker.getAsLong(), null);
    }

    /** A job wants the model that was freed. */
    void loading() {
        now = now.enter(LanePhase.LOADING, ticker.getAsLong(), null);
    }

    /** The lane waits for a job. */
    void idle() {
        idleSinceTick = OptionalLong.of(ticker.getAsLong());
    }

    /** The lane has a job. */
    void busy() {
        idleSinceTick = OptionalLong.empty();
    }

    /** The lane has ended. */
    void stopped(String why) {
        now = now.enter(LanePhase.STOPPED, ticker.getAsLong(), why);
    }

    LaneStatus status() {
        Now seen = now;
        LoadedEngine loaded = seen.loaded();
        return new LaneStatus(
                loaded == null ? settings.lane() : settings.laneOn(loaded.device()),
                loaded == null ? intendedDevice() : loaded.device().actual(),
                loaded == null ? seen.model().name() : loaded.info().model(),
                seen.model().path(),
                seen.model().cacheDir(),
                health(seen),
                Optional.ofNullable(seen.first()).map(First::loadMs),
                Optional.ofNullable(seen.trouble()));
    }

    private LaneHealth health(Now seen) {
        LoadedEngine loaded = seen.loaded();
        return new LaneHealth(
                seen.phase(),
                Duration.ofNanos(Math.max(0, ticker.getAsLong() - seen.sinceTick())),
                seen.restarts(),
                loaded == null ? OptionalLong.empty() : loaded.engine().memoryBytes(),
                Optional.ofNullable(loaded).map(engine -> engine.info().loadMs()),
                Optional.ofNullable(loaded).map(engine -> engine.info().loadedFromCache()),
                Optional.ofNullable(loaded).map(engine -> engine.info().modelDigest()),
                loaded == null ? Optional.empty() : settings.keepAlive().map(this::left));
    }

    private Duration left(Duration kept) {
        OptionalLong since = idleSinceTick;
        return since.isEmpty()
                ? kept
                : kept.minusNanos(Math.min(kept.toNanos(), ticker.getAsLong() - since.getAsLong()));
    }

    private String intendedDevice() {
        boolean overridden = settings.override().isPresent() && LaneDevice.isNpu(settings.device());
        return overridden ? TestOverride.DEVICE : settings.device();
    }
}
