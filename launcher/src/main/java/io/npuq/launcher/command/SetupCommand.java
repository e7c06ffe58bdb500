package io.npuq.launcher.command;

import io.npuq.launcher.config.ConfigException;
import io.npuq.schema.config.NpuqConfig;
import io.npuq.worker.setup.Installed;
import io.npuq.worker.setup.NpuqHome;
import io.npuq.worker.setup.Setup;
import io.npuq.worker.setup.SetupException;
import java.io.PrintWriter;
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
        description =
                "Fetch the OpenVINO runtime and a small model into npuq's own directory; serve does it by itself.")
final class SetupCommand implements Callable<Integer> {
    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, SetupException {
        NpuqConfig config = options.settings().config();
        PrintWriter err = spec.commandLine().getErr();
        Installed installed = new Setup(new NpuqHome(config.home()), System.getenv(), line -> {
                    err.println(line);
                    err.flush();
                })
                .ensure(config.engine().model(), config.engine().openvino());
        PrintWriter out = spec.commandLine().getOut();
        out.println("OpenVINO  " + installed.openVinoRoot());
        out.println("model     " + installed.modelDir());
        out.flush();
        return ExitCode.OK;
    }
}
