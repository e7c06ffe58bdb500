package io.npuq.launcher.command;

import io.npuq.launcher.client.ApiException;
import io.npuq.scheduler.JournalReport;
import io.npuq.scheduler.embedded.Maintenance;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code npuq backup}. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Back up the whole queue to a new directory: from a server that serves meanwhile, or with --data from the"
                    + " directory of one that is stopped. It is checked before it gets its name.",
            "It holds every input and answer that is not erased yet, in clear: keep it where you would keep those.",
            ""
        })
final class BackupCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "where to; a new directory, or an empty one")
    private Path target = Path.of("");

    @Mixin
    private ServerOptions server = new ServerOptions();

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "back up this data directory, which no server may use, instead of asking one")
    private @Nullable Path data;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws CommandFailedException {
        if (data != null && server.isGiven()) {
            throw new CommandFailedException(
                    ExitCode.INVALID_INPUT, "--url and --data exclude each other: a server, or the directory of none");
        }
        JournalReport report = data == null ? receive() : Maintenance.backUp(data, target, Clock.systemUTC());
        Terminal.of(spec).print("backed up to " + target + ", and checked\n" + ReportText.of(report));
        return ExitCode.OK;
    }

    private JournalReport receive() throws CommandFailedException {
        try (InputStream archive = server.api().backup()) {
            return Maintenance.receiveBackup(archive, target);
        } catch (ApiException | IOException e) {
            throw new CommandFailedException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
        }
    }
}
