package io.npuq.api;

import io.npuq.api.lanes.LaneControl;
import io.npuq.schema.LaneStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Lanes that stand still, with a test's own answer to a reload. */
record TestLanes(List<LaneStatus> lanes, Function<Optional<String>, CompletionStage<List<LaneStatus>>> reloading)
        implements LaneControl {
    TestLanes(LaneStatus lane) {
        this(List.of(lane), model -> CompletableFuture.completedStage(List.of(lane)));
    }

    @Override
    public OptionalLong busyTimeUs() {
        return OptionalLong.of(39_000);
    }

    @Override
    public boolean takesTools() {
        return true;
    }

    @Override
    public CompletionStage<List<LaneStatus>> reload(Optional<String> model) {
        return reloading.apply(model);
    }
}
