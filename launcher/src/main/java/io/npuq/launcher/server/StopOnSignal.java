package io.npuq.launcher.server;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Stops a server when the process is told to end: by SIGTERM, Ctrl-C, a closed terminal. An orderly stop ends with 0, whatever signal asked for it, so
 * the process is ended here, before the JVM says 143.
 */
public final class StopOnSignal {
    private final Thread hook;

    private StopOnSignal(Thread hook) {
        this.hook = hook;
    }

    /**
     * From now on.
     *
     * @param say tells the user how it ended
     */
    public static StopOnSignal arm(Server server, Consumer<String> say) {
        Thread hook = new Thread(() -> Runtime.getRuntime().halt(stop(server, say)), "npuq-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        return new StopOnSignal(hook);
    }

    private static int stop(Server server, Consumer<String> say) {
        try {
            server.close();
            say.accept("npuq has stopped");
            return 0;
        } catch (RuntimeException e) {
            say.accept("npuq: did not stop in order: " + e + "; every acknowledged job is on disk");
            return 1;
        }
    }

    /** No more: the process ends with an exit code of its own. Without effect once it is being stopped. */
    public void disarm() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            awaitEnd();
        }
    }

    /** Never returns: the hook ends the process. */
    public static void awaitEnd() {
        new CompletableFuture<Void>().join();
    }
}
