package io.npuq.worker.process;

import io.npuq.worker.engine.EngineLoss.Cause;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Watches a child, whatever it does: asks for a sign of life and looks at its memory, and ends it when one is missing or the other is too
 * much. The child answers from the thread that reads, so neither a load nor a generation keeps it from answering.
 *
 * <p>Looks are counted, not time: when this process or the whole machine stood still, the child is asked again before it is blamed.
 */
final class ChildWatch implements Runnable {
    /** How often it looks. */
    static final Duration EVERY = Duration.ofSeconds(1);
    /** Looks without a sign of life after which an idle child has hung. */
    static final int SILENT_LOOKS_IDLE_MAX = 4;
    /** The same in a call, which has a limit of its own; a machine that compiles a model may be short of everything. */
    static final int SILENT_LOOKS_BUSY_MAX = 30;

    private static final long MIB = 1 << 20;

    private final EngineChild child;
    private final long memoryMaxBytes;
    private long signsSeen;
    private int silentLooks;

    ChildWatch(EngineChild child, long memoryMaxBytes) {
        this.child = child;
        this.memoryMaxBytes = memoryMaxBytes;
    }

    @Override
    public void run() {
        while (!child.isLostWithin(EVERY)) {
            lookAtMemory(child.measureMemory());
            lookForSigns(child.signsOfLife());
            child.ping();
        }
    }

    private void lookAtMemory(OptionalLong residentBytes) {
        if (residentBytes.isPresent() && residentBytes.getAsLong() > memoryMaxBytes) {
            child.destroy(
                    Cause.MEMORY,
                    "it held " + residentBytes.getAsLong() / MIB + " MiB of memory; at most " + memoryMaxBytes / MIB
                            + " are allowed (engine_memory_max)");
        }
    }

    private void lookForSigns(long signs) {
        silentLooks = signs == signsSeen ? silentLooks + 1 : 0;
        signsSeen = signs;
        if (silentLooks >= (child.isBusy() ? SILENT_LOOKS_BUSY_MAX : SILENT_LOOKS_IDLE_MAX)) {
            child.destroy(Cause.HUNG, "it gave no sign of life for " + silentLooks * EVERY.toSeconds() + " s");
        }
    }
}
