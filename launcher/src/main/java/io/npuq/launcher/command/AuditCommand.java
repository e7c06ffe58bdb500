package io.npuq.launcher.command;

import io.npuq.scheduler.audit.Checkpoints;
import io.npuq.scheduler.audit.VerifierKey;
import io.npuq.scheduler.embedded.Maintenance;
import io.npuq.scheduler.postgres.StoreLog;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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
    static final class NewestCheckpoint extends LogCommand {
        @Override
        void on(LogPlace place, Terminal terminal) throws CommandFailedException {
            terminal.print(each(place, "checkpoint", Checkpoints::newest, "\n\n"));
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
    static final class Key extends LogCommand {
        @Override
        void on(LogPlace place, Terminal terminal) throws CommandFailedException {
            terminal.print(each(place, "key", log -> log.key().map(VerifierKey::toString), "\n"));
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

    /** What each log there has: one, or one a host. */
    private static String each(
            LogPlace place, String what, Function<Checkpoints, Optional<String>> wanted, String between)
            throws CommandFailedException {
        List<String> found =
                logs(place).stream().flatMap(log -> wanted.apply(log).stream()).toList();
        if (found.isEmpty()) {
            throw none(what, place);
        }
        return String.join(between, found);
    }

    private static List<Checkpoints> logs(LogPlace place) {
        if (place.store().isEmpty()) {
            return List.of(new Checkpoints(place.data()));
        }
        try (StoreLog store = StoreLog.open(place.store().get())) {
            return store.hosts().stream()
                    .map(host -> new Checkpoints(store.of(host)))
                    .toList();
        }
    }

    private static CommandFailedException none(String what, LogPlace place) {
        return new CommandFailedException(
                ExitCode.FAILED,
                place + " has no " + what + " of its request log; a server that is started there makes one");
    }
}
