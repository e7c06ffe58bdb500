package io.npuq.launcher.command;

import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Settings;
import io.npuq.scheduler.JournalReport;
import io.npuq.scheduler.embedded.Maintenance;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code npuq restore}. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Make a backup the queue of a data directory that holds none. The whole backup is checked first.",
            "Jobs that were queued or running when the backup was taken run once a server is started there.",
            ""
        })
final class RestoreCommand implements Callable<Integer> {
    @Parameters(paramLabel = "BACKUP", description = "the directory that \"npuq backup\" made")
    private Path backup = Path.of("");

    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.PLACE);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException {
        Path data = options.resolve().npuq().queue().dataDir();
        JournalReport report = Maintenance.restore(backup, data);
        Terminal.of(spec)
                .print("restored to " + data + "; start it with \"npuq serve --data " + data + "\"\n"
                        + ReportText.of(report));
        return ExitCode.OK;
    }
}
