package io.npuq.smoke;

import java.io.IOException;
import java.net.URI;

/** npuq as a program: whoever runs the plan says how it is started. */
public interface Program {
    /**
     * What a command left.
     *
     * @param exitCode its exit code
     * @param out what it wrote to standard output
     * @param err the last line that it wrote to standard error; empty when there was none
     */
    record Ran(int exitCode, String out, String err) {}

    /** A server that was started for the plan. */
    interface Server {
        /** Where it listens. */
        URI url();

        /**
         * Ends it as a service manager does, with SIGTERM, and waits for that.
         *
         * @return its exit code
         */
        int stop() throws IOException, InterruptedException;
    }

    /** Runs one job without a server: {@code npuq run}. */
    Ran run(String job, String input, int maxNewTokens) throws IOException, InterruptedException;

    /**
     * Starts a server on a free port, with a data directory of its own.
     *
     * @throws IOException when it ended instead of serving; the message is its last line
     */
    Server start() throws IOException, InterruptedException;
}
