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

    /** Its first engine is on its way. */
    void loading() {
        tell(Condition.LOADING);
    }

    /** Its engine was lost, and the next one is on its way, or comes only after a while. */
    void lost(boolean quarantine) {
        tell(quarantine ? Condition.QUARANTINED : Condition.LOADING);
    }

    /** Its engine is loaded, and shows by its device which lane it is. */
    void serving(Lane shown, LoadedEngine loaded) {
        if (shown != lane) {
            tell(Condition.STOPPED);
            lane = shown;
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
