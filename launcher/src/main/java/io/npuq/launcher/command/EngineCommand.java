package io.npuq.launcher.command;

import io.npuq.launcher.Logging;
import io.npuq.launcher.config.LogLevel;
import io.npuq.launcher.server.EngineLaunch;
import io.npuq.worker.process.EngineServer;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code npuq engine}: the child process of a lane. */
@Command(name = "engine", hidden = true, description = "The child process of a lane; not for users.")
final class EngineCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
        Logging.configure(LogLevel.WARN);
        EngineServer.onStandardStreams(json -> EngineLaunch.read(json).engine());
        return ExitCode.OK;
    }
}
