package io.npuq.launcher.child;

import io.npuq.smoke.Program;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/**
 * A server in a child process.
 *
 * @param process its process
 * @param url where it listens
 * @param data its data directory, which goes with it
 */
record ChildServer(Process process, URI url, Path data) implements Program.Server {
    @Override
    public int stop() throws IOException, InterruptedException {
        process.destroy();
        int exitCode = process.waitFor();
        ChildProgram.delete(data);
        return exitCode;
    }
}
