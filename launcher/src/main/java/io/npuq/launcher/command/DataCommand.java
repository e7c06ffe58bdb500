package io.npuq.launcher.command;

import io.npuq.launcher.Logging;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Configuration;
import io.npuq.launcher.config.LogLevel;
import io.npuq.launcher.config.Settings;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command on what a data directory holds, whether a server uses it or not. */
abstract class DataCommand implements Callable<Integer> {
    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.PLACE);

    @Spec
    private CommandSpec spec;

    abstract void on(Path data, Terminal terminal) throws CommandFailedException;

    @Override
    public final Integer call() throws ConfigException, CommandFailedException {
        Configuration configuration = options.resolve();
        Logging.configure(configuration.logLevel(LogLevel.ERROR));
        on(configuration.npuq().queue().dataDir(), Terminal.of(spec));
        return ExitCode.OK;
    }
}
