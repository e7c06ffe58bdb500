package io.npuq.launcher.command;

import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.server.StartException;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.schema.InvalidInputException;
import io.npuq.worker.setup.SetupException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The root of the command line, and what becomes of errors: one line, and an exit code. */
@Command(
        name = "npuq",
        description = {
            "A durable job queue for the one NPU in this machine.",
            "",
            "Start a server, then give it work from another terminal:",
            "",
            "  npuq serve",
            "  npuq submit --job title --input \"The mail server is slow.\" --wait",
            "",
            "\"npuq COMMAND --help\" tells more of each command.",
            ""
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            ServeCommand.class,
            SubmitCommand.class,
            StatusCommand.class,
            ResultCommand.class,
            CancelCommand.class,
            JobsCommand.class,
            QueueCommand.class,
            BatchCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            MigrateCommand.class,
            JournalCommand.class,
            AuditCommand.class,
            ReportCommand.class,
            ModelsCommand.class,
            PullCommand.class,
            KeysCommand.class,
            RunCommand.class,
            DoctorCommand.class,
            SmokeCommand.class,
            SetupCommand.class,
            EngineCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Commands {
    private Commands() {}

    /** Runs a command line; answers its exit code. */
    public static int run(String... args) {
        CommandLine line = commandLine();
        Terminal.connect(line);
        return line.execute(args);
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Commands());
        line.getSubcommands().values().forEach(command -> {
            command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
            command.getCommandSpec().versionProvider(new Version());
        });
        return line.setParameterExceptionHandler((failure, arguments) -> misused(failure))
                .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command))
                // An argument that begins with @ is a text's file, not one with more arguments.
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /** The help is long; what is wrong is one line, and where the help is. */
    private static int misused(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        command.getErr().println("npuq: " + failure.getMessage());
        UnmatchedArgumentException.printSuggestions(failure, command.getErr());
        command.getErr().println("\"" + command.getCommandSpec().qualifiedName() + " --help\" tells what there is");
        return ExitCode.INVALID_INPUT;
    }

    /** What a user can mend is one line; what they cannot is a bug, and its trace helps to find it. */
    private static int report(Exception failure, CommandLine line) {
        if (failure instanceof CommandFailedException failed) {
            return say(line, failure, failed.exitCode());
        }
        if (failure instanceof InvalidInputException || failure instanceof ConfigException) {
            return say(line, failure, ExitCode.INVALID_INPUT);
        }
        if (failure instanceof StartException
                || failure instanceof SetupException
                || failure instanceof QueueUnavailableException) {
            return say(line, failure, ExitCode.FAILED);
        }
        failure.printStackTrace(line.getErr());
        line.getErr().println("npuq: this is a bug in npuq; the lines above tell where");
        return ExitCode.BUG;
    }

    private static int say(CommandLine line, Exception failure, int exitCode) {
        line.getErr().println("npuq: " + failure.getMessage());
        return exitCode;
    }
}
