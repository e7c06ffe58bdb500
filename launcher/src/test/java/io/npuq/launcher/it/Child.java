package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;

/** A process, seen from outside. */
record Child(ProcessHandle handle) {
    /** Stops it where it is, until {@link #go}. */
    Child freeze() {
        signal("STOP");
        return this;
    }

    /** Lets it go on. */
    void go() {
        signal("CONT");
    }

    /** Has a JVM print what its threads do to its standard output. */
    void printThreads() {
        signal("QUIT");
    }

    /** As if it had touched memory that is not there. */
    void fault() {
        signal("SEGV");
    }

    /** Kills it at once, and waits until it is gone. */
    void kill() {
        handle.destroyForcibly();
        handle.onExit().join();
    }

    boolean isAlive() {
        return handle.isAlive();
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + handle.pid())
                    .inheritIO()
                    .start();
            assertEquals(0, kill.waitFor(), "kill -" + name);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
