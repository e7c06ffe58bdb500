package io.npuq.api;

import io.npuq.api.lanes.LaneControl;
import io.npuq.schema.LaneStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/** Lanes that stand as a test has them, with its own answer to a reload; what is wished of their models is kept. */
record TestLanes(
        List<LaneStatus> lanes,
        Function<Optional<String>, CompletionStage<List<LaneStatus>>> reloading,
        BlockingQueue<String> wishes,
        OptionalLong busyTimeUs)
        implements LaneControl {
    TestLanes(List<LaneStatus> lanes, Function<Optional<String>, CompletionStage<List<LaneStatus>>> reloading) {
        this(lanes, reloading, new LinkedBlockingQueue<>(), OptionalLong.of(39_000));
    }

    TestLanes(LaneStatus lane) {
        this(List.of(lane), model -> CompletableFuture.completedStage(List.of(lane)));
    }

    /** The same on a machine without the NPU's busy counter. */
    TestLanes withoutCounter() {
        return new TestLanes(lanes, reloading, wishes, OptionalLong.empty());
    }

    @Override
    public boolean takesTools() {
        return true;
    }

    @Override
    public void free(String model) {
        wishes.add("free " + model);
    }

    @Override
    public void load(String model) {
        wishes.add("load " + model);
    }

    @Override
    public CompletionStage<List<LaneStatus>> reload(Optional<String> model) {
        return reloading.apply(model);
    }
}
