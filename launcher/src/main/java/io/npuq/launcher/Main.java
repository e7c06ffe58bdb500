package io.npuq.launcher;

import io.npuq.launcher.command.Commands;

/** Where npuq begins. */
public final class Main {
    private Main() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(Commands.run(args));
    }
}
