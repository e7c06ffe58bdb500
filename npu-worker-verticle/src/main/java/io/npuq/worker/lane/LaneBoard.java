package io.npuq.worker.lane;

import io.npuq.schema.LaneStatus;
import io.npuq.worker.engine.TestOverride;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a lane is, for anyone to read at any time: its thread alone writes. */
final class LaneBoard {
    private record State(
            @Nullable LoadedEngine loaded,
            @Nullable Double initialLoadMs,
            @Nullable String trouble) {}

    private final LaneSettings settings;
    private volatile State state;

    LaneBoard(LaneSettings settings) {
        this.settings = settings;
        this.state = new State(null, null, null);
    }

    /** Shows the engine as loaded; what it answers knows the first load of all. */
    LoadedEngine loaded(LoadedEngine loaded) {
        Double first = state.initialLoadMs();
        LoadedEngine shown = first == null ? loaded : loaded.withInitialLoadMs(first);
        state = new State(shown, shown.initialLoadMs(), null);
        return shown;
    }

    void trouble(String why) {
        state = new State(null, state.initialLoadMs(), why);
    }

    LaneStatus status() {
        State now = state;
        LoadedEngine loaded = now.loaded();
        return new LaneStatus(
                loaded == null ? settings.lane() : settings.laneOn(loaded.device()),
                loaded == null ? intendedDevice() : loaded.device().actual(),
                loaded == null ? settings.model().name() : loaded.info().model(),
                settings.model().path(),
                settings.model().cacheDir(),
                loaded != null,
                Optional.ofNullable(now.initialLoadMs()),
                Optional.ofNullable(now.trouble()));
    }

    private String intendedDevice() {
        boolean overridden = settings.override().isPresent() && LaneDevice.isNpu(settings.device());
        return overridden ? TestOverride.DEVICE : settings.device();
    }
}
