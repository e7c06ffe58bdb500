package io.npuq.launcher.command;

import io.npuq.launcher.Logging;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Configuration;
import io.npuq.launcher.config.LogLevel;
import io.npuq.launcher.config.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command on a request log, wherever it is kept, whether servers write to it or not. */
abstract class LogCommand implements Callable<Integer> {
    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.LOG);

    @Spec
    private CommandSpec spec;

    abstract void on(LogPlace place, Terminal terminal) throws CommandFailedException;

    @Override
    public final Integer call() throws ConfigException, CommandFailedException {
        Configuration configuration = options.resolve();
        Logging.configure(configuration.logLevel(LogLevel.ERROR));
        on(LogPlace.of(options, configuration), Terminal.of(spec));
        return ExitCode.OK;
    }
}
