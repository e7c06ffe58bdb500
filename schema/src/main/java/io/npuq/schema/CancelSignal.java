package io.npuq.schema;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells a running generation to stop at its next token. Shared by whoever may ask and the thread that runs; it is set once and stays
 * set. A message to a blocked thread would not be seen until it ends, so it is a flag.
 */
public final class CancelSignal {
    private volatile boolean set;
    private final List<Runnable> listeners = new ArrayList<>();

    /** Asks to stop. The listeners run on the calling thread, once. */
    public void cancel() {
        List<Runnable> toRun;
        synchronized (listeners) {
            if (set) {
                return;
            }
            set = true;
            toRun = List.copyOf(listeners);
            listeners.clear();
        }
        toRun.forEach(Runnable::run);
    }

    /** Whether someone asked to stop. */
    public boolean isSet() {
        return set;
    }

    /** Runs the listener when someone asks to stop; at once when that has happened already. */
    public void onCancel(Runnable listener) {
        synchronized (listeners) {
            if (!set) {
                listeners.add(listener);
                return;
            }
        }
        listener.run();
    }
}
