package io.npuq.schema;

import java.util.Locale;

/** Whether a lane runs jobs just now. */
public enum LanePhase implements WireName {
    /** Its engine is being started and its model loaded, for the first time or after the engine was lost. */
    LOADING,
    /** It runs jobs. */
    SERVING,
    /** It was idle for as long as a model is kept, and has freed it; the next job loads it again. */
    UNLOADED,
    /** Its model did not load; it tries again. */
    FAILED,
    /** Its engine hung, was ended, or was lost again and again: its device is left alone for a while, and then tried. */
    QUARANTINED,
    /** It has ended. */
    STOPPED;

    @Override
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a job that is handed to it now would run. */
    public boolean takesJobs() {
        return this == SERVING || this == UNLOADED;
    }

    /** Whether it is to take jobs again without anybody's help. */
    public boolean recovers() {
        return this == LOADING || this == QUARANTINED;
    }
}
