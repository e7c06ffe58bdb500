package io.npuq.launcher.command;

import io.npuq.launcher.Logging;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Configuration;
import io.npuq.launcher.config.LogLevel;
import io.npuq.launcher.config.Settings;
import io.npuq.scheduler.MovedJobs;
import io.npuq.scheduler.RequestLog;
import io.npuq.scheduler.embedded.Migration;
import io.npuq.scheduler.postgres.QueueImport;
import io.npuq.schema.JobState;
import io.npuq.schema.config.QueueConfig;
import io.npuq.schema.config.StoreConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code npuq migrate}. */
@Command(
        name = "migrate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Move the queue of a data directory, whose server is stopped, into a store that hosts share (--store): every job under its id, once,"
                    + " with its texts and idempotency keys. The same again goes on where it was ended.",
            "From then on the directory is not served without --store. Its journal stays there, and is named in the store's log.",
            ""
        })
final class MigrateCommand implements Callable<Integer> {
    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.MIGRATE);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, CommandFailedException {
        Configuration configuration = options.resolve();
        Logging.configure(configuration.logLevel(LogLevel.ERROR));
        StoreConfig store = configuration
                .npuq()
                .store()
                .orElseThrow(() -> new CommandFailedException(
                        ExitCode.INVALID_INPUT, "--store must say where the queue is to be moved"));
        QueueConfig queue = configuration.npuq().queue();
        // Before anything is made: a directory that holds no queue is refused.
        RequestLog unused = RequestLog.of(queue.dataDir());
        try (QueueImport target = QueueImport.open(queue, store, Version.text())) {
            MovedJobs.OldLog log = Migration.move(queue, store.url(), target);
            target.sign();
            Terminal.of(spec).print(text(queue.dataDir(), store, log, target.taken()));
        }
        return ExitCode.OK;
    }

    private static String text(Path data, StoreConfig store, MovedJobs.OldLog log, QueueImport.Taken taken) {
        Map<JobState, Long> jobs = taken.jobs();
        String byState = jobs.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getValue() + " " + entry.getKey().wire())
                .collect(Collectors.joining(", "));
        long all = jobs.values().stream().mapToLong(Long::longValue).sum();
        return String.join(
                "\n",
                "moved to " + store.url(),
                "jobs      " + all + (byState.isEmpty() ? "" : ": " + byState)
                        + (taken.there() == 0 ? "" : "; " + taken.there() + " were there already"),
                "texts     " + taken.texts(),
                "keys      " + taken.keys(),
                "old log   " + log.entries() + " entries, the last of hash " + log.head() + "; it stays in " + data
                        + (log.paused()
                                ? "\npaused    yes, as the queue was: all hosts of the store, until it is resumed"
                                : ""),
                "serve it with \"npuq serve --store " + store.url() + " --data " + data + "\"");
    }
}
