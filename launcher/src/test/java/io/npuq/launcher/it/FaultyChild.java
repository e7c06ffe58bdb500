package io.npuq.launcher.it;

import io.npuq.launcher.Logging;
import io.npuq.launcher.config.LogLevel;
import io.npuq.launcher.server.EngineLaunch;
import io.npuq.worker.process.EngineServer;
import java.io.IOException;
import java.nio.file.Path;

/** An engine's process as {@code npuq engine} is one, with a real engine that a {@link FaultyEngine} spoils. Its argument is where faults lie. */
public final class FaultyChild {
    private FaultyChild() {}

    public static void main(String[] arguments) throws IOException {
        Logging.configure(LogLevel.WARN);
        Faults faults = new Faults(Path.of(arguments[0]));
        EngineServer.onStandardStreams(
                json -> new FaultyEngine(EngineLaunch.read(json).engine(), faults));
    }
}
