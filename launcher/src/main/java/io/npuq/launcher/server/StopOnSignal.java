package io.npuq.launcher.server;

import java.util.concurrent.CompletableFuture;

/**
 * Stops a server when the process is told to end: by SIGTERM, Ctrl-C, a closed terminal. An orderly stop ends with 0, whatever signal asked for it, so
 * the process is ended here, before the JVM says 143.
 */
public final class StopOnSignal {
    private final Thread hook;

    private StopOnSignal(Thread hook) {
        this.hook = hook;
    }

    /** From now on. */
    public static StopOnSignal arm(Server server) {
        Thread hook = new Thread(
                () -> {
                    try {
                        server.close();
                    } finally {
                        Runtime.getRuntime().halt(0);
                    }
                },
                "npuq-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        return new StopOnSignal(hook);
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
