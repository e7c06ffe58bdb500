package io.npuq.launcher.command;

import io.npuq.scheduler.JournalReport;
import io.npuq.scheduler.embedded.Maintenance;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Command;

/** {@code npuq journal}: what can be asked of, and done to, a data directory that no server uses. */
@Command(
        name = "journal",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = {"Check the journal of a stopped server, or build its index again.", ""},
        subcommands = {JournalCommand.Check.class, JournalCommand.RebuildIndex.class})
final class JournalCommand {
    private JournalCommand() {}

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Read the whole journal: every entry, the chain of their hashes, every text against its hash, and the index"
                        + " against the journal. Changes nothing. Exit code 1 at the first damage, which is named.",
                ""
            })
    static final class Check extends DataCommand {
        @Override
        void on(Path data, Terminal terminal) {
            JournalReport report = Maintenance.check(data);
            terminal.print(ReportText.of(report) + "\n" + ReportText.index(report) + "\nok");
        }
    }

    @Command(
            name = "rebuild-index",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = {
                "Build the index again from the journal, as a server does after a crash, so that its next start need not.",
                ""
            })
    static final class RebuildIndex extends DataCommand {
        private static final double NANOS_PER_SECOND = 1e9;

        @Override
        void on(Path data, Terminal terminal) {
            long began = System.nanoTime();
            long entries = Maintenance.rebuildIndex(data);
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            terminal.print(String.format(
                    java.util.Locale.ROOT,
                    "built the index of %d entries in %.2f s",
                    entries,
                    took.toNanos() / NANOS_PER_SECOND));
        }
    }
}
