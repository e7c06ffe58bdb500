package io.npuq.launcher.command;

import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Settings;
import io.npuq.launcher.models.ReadyModel;
import io.npuq.schema.config.NpuqConfig;
import io.npuq.worker.setup.Installed;
import io.npuq.worker.setup.SetupException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code npuq setup}. */
@Command(
        name = "setup",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Fetch the OpenVINO runtime and a small model into npuq's own directory, where they are missing.",
            "That needs Python and the network, once; \"npuq serve\" does it by itself.",
            ""
        })
final class SetupCommand implements Callable<Integer> {
    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.ENGINE);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, SetupException {
        NpuqConfig config = options.resolve().npuq();
        Terminal terminal = Terminal.of(spec);
        Installed installed = ReadyModel.ensure(config, System.getenv(), terminal::say);
        terminal.print("OpenVINO  " + installed.openVinoRoot());
        terminal.print("model     " + installed.modelDir());
        return ExitCode.OK;
    }
}
