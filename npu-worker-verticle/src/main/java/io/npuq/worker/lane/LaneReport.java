package io.npuq.worker.lane;

import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.LaneState;
import io.npuq.scheduler.LaneState.Condition;
import io.npuq.scheduler.PromptCounter;
import io.npuq.schema.Lane;
import io.npuq.worker.engine.EngineException;
import java.util.Optional;
import java.util.OptionalInt;

/** Tells the queue how the lane is, so that others take what it cannot. On the lane's thread. */
final class LaneReport {
    private final JobQueue queue;
    private Lane lane;
    private LaneState told;

    LaneReport(JobQueue queue, LaneSettings settings) {
        this.queue = queue;
        this.lane = settings.lane();
        this.told = new LaneState(settings.role(), Condition.LOADING, settings.promptTokensMax());
    }

    /** Its engine is on its way: the first, or the next after one was lost. */
    void loading() {
        tell(Condition.LOADING);
    }

    /** Its engine is loaded, and shows by its device which lane it is. */
    void serving(LoadedEngine loaded) {
        if (loaded.lane() != lane) {
            tell(Condition.STOPPED);
            lane = loaded.lane();
        }
        Integer most = loaded.info().promptTokensMax();
        OptionalInt promptTokensMax = most == null ? OptionalInt.empty() : OptionalInt.of(most);
        Optional<PromptCounter> counter =
                most == null ? Optional.empty() : Optional.of(new LanePromptCounter(loaded.engine(), most));
        told = new LaneState(told.role(), Condition.SERVING, promptTokensMax, counter);
        queue.laneState(lane, told);
    }

    /** Its engine did not load; until one does, nothing else is to be said. */
    void failed(EngineException.Kind why) {
        tell(why == EngineException.Kind.DEVICE_UNAVAILABLE ? Condition.UNAVAILABLE : Condition.LOAD_FAILED);
    }

    void stopped() {
        tell(Condition.STOPPED);
    }

    private void tell(Condition condition) {
        told = told.in(condition);
        queue.laneState(lane, told);
    }
}
