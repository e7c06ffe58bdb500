package io.npuq.launcher.command;

import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.server.StartException;
import io.npuq.schema.InvalidInputException;
import io.npuq.worker.setup.SetupException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The root of the command line, and what becomes of errors: one line, and an exit code. */
@Command(
        name = "npuq",
        description = {
            "A durable job queue for the one NPU in this machine.",
            "",
            "Begin with \"npuq serve\", then try \"npuq submit --job title --input TEXT --wait\"."
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            ServeCommand.class,
            RunCommand.class,
            SetupCommand.class,
            EngineCommand.class,
            CommandLine.HelpCommand.class
        })
public final class Commands {
    private Commands() {}

    /** Runs a command line; answers its exit code. */
    public static int run(String... args) {
        return new CommandLine(new Commands())
                .setExecutionExceptionHandler((failure, line, parsed) -> report(failure, line))
                .setCaseInsensitiveEnumValuesAllowed(true)
                // Else it would take the words of --input @FILE for arguments.
                .setExpandAtFiles(false)
                .execute(args);
    }

    /** What a user can mend is one line; what they cannot is a bug, and its trace helps to find it. */
    private static int report(Exception failure, CommandLine line) throws Exception {
        boolean expected = failure instanceof ConfigException
                || failure instanceof StartException
                || failure instanceof SetupException
                || failure instanceof InvalidInputException
                || failure instanceof CommandFailedException;
        if (!expected) {
            throw failure;
        }
        line.getErr().println("npuq: " + failure.getMessage());
        if (failure instanceof CommandFailedException failed) {
            return failed.exitCode();
        }
        return failure instanceof InvalidInputException || failure instanceof ConfigException
                ? ExitCode.INVALID_INPUT
                : ExitCode.FAILED;
    }
}
