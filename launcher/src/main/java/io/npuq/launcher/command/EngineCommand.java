package io.npuq.launcher.command;

import io.npuq.launcher.Logging;
import io.npuq.launcher.config.LogLevel;
import io.npuq.launcher.server.DeviceProbe;
import io.npuq.launcher.server.EngineLaunch;
import io.npuq.worker.process.EngineServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code npuq engine}: the child process of a lane. */
@Command(name = "engine", hidden = true, description = "The child process of a lane; not for users.")
final class EngineCommand implements Callable<Integer> {
    @Option(names = DeviceProbe.FLAG, description = "list the devices of the OpenVINO there, and end")
    private @Nullable Path devicesOf;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Logging.configure(LogLevel.WARN);
        Path root = devicesOf;
        if (root != null) {
            Terminal.of(spec).print(String.join(",", DeviceProbe.devices(root)));
            return ExitCode.OK;
        }
        EngineServer.onStandardStreams(json -> EngineLaunch.read(json).engine());
        return ExitCode.OK;
    }
}
