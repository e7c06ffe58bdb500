package io.npuq.launcher.command;

import io.npuq.scheduler.audit.Checkpoints;
import io.npuq.scheduler.embedded.Maintenance;
import java.nio.file.Path;
import java.time.Clock;
import picocli.CommandLine.Command;

/** {@code npuq audit}: the request log as evidence. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "Check that the request log is as it was written, export it, and take its checkpoints elsewhere. A server may run meanwhile.",
            ""
        },
        subcommands = {
            AuditVerifyCommand.class,
            AuditExportCommand.class,
            AuditCommand.NewestCheckpoint.class,
            AuditCommand.Key.class,
            AuditCommand.RotateKey.class
        })
final class AuditCommand {
    private AuditCommand() {}

    @Command(
            name = "checkpoint",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Print the newest checkpoint: a signed note of how far the log went. Keep it where nobody who can write to the data"
                        + " directory can write; \"npuq audit verify --checkpoint FILE\" holds the log against it.",
                ""
            })
    static final class NewestCheckpoint extends DataCommand {
        @Override
        void on(Path data, Terminal terminal) throws CommandFailedException {
            terminal.print(new Checkpoints(data).newest().orElseThrow(() -> none("checkpoint", data)));
        }
    }

    @Command(
            name = "key",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Print the public key that verifies the checkpoints, as a note's verifier key. Keep it elsewhere, for"
                        + " \"npuq audit verify --key\".",
                ""
            })
    static final class Key extends DataCommand {
        @Override
        void on(Path data, Terminal terminal) throws CommandFailedException {
            terminal.print(new Checkpoints(data)
                    .key()
                    .orElseThrow(() -> none("key", data))
                    .toString());
        }
    }

    @Command(
            name = "rotate-key",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Make a new key for the checkpoints, and print its public half. The old one signs that it takes its place. No server may"
                        + " use the directory.",
                ""
            })
    static final class RotateKey extends DataCommand {
        @Override
        void on(Path data, Terminal terminal) {
            terminal.print(Maintenance.rotateKey(data, Clock.systemUTC()).toString());
        }
    }

    private static CommandFailedException none(String what, Path data) {
        return new CommandFailedException(
                ExitCode.FAILED,
                data + " has no " + what + " of its request log; a server that is started there makes one");
    }
}
