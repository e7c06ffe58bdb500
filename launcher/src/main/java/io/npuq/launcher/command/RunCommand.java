package io.npuq.launcher.command;

import io.npuq.api.worker.WorkerAnswer;
import io.npuq.launcher.Logging;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Configuration;
import io.npuq.launcher.config.LogLevel;
import io.npuq.launcher.config.Settings;
import io.npuq.launcher.server.DirectRun;
import io.npuq.launcher.server.StartException;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Outcome;
import io.npuq.schema.Verdict;
import io.npuq.worker.engine.EngineException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code npuq run}. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {"Run one job in this process, without a server, and print the worker contract's JSON.", ""},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the job succeeded and the NPU's busy time grew",
            "2:invalid input",
            "3:the model cannot be loaded, or generation fails",
            "4:text was made, but the NPU is not proven; 0 for another device with --allow-fallback"
        })
final class RunCommand implements Callable<Integer> {
    @Mixin
    private JobOptions job = new JobOptions();

    @Option(names = "--allow-fallback", description = "take another device than the NPU for a success")
    private boolean allowFallback;

    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.ENGINE);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, CommandFailedException {
        Terminal terminal = Terminal.of(spec);
        Configuration configuration = options.resolve();
        Logging.configure(configuration.logLevel(LogLevel.WARN));
        JobRequest request = job.request();
        try (DirectRun run = DirectRun.load(configuration, terminal::say)) {
            Outcome outcome = run.run(request);
            terminal.print(WorkerAnswer.of(request.kind(), outcome, run.status(), allowFallback)
                    .text());
            return exitCode(outcome);
        } catch (EngineException | StartException e) {
            throw new CommandFailedException(ExitCode.NO_GENERATION, String.valueOf(e.getMessage()), e);
        }
    }

    private int exitCode(Outcome outcome) {
        if (outcome.error().isPresent()) {
            return outcome.error().get().code() == ErrorCode.PROMPT_TOO_LONG
                    ? ExitCode.INVALID_INPUT
                    : ExitCode.NO_GENERATION;
        }
        Verdict verdict = outcome.evidence().orElseThrow().verdict();
        boolean accepted = verdict == Verdict.NPU_VERIFIED || (allowFallback && verdict == Verdict.FALLBACK);
        return accepted ? ExitCode.OK : ExitCode.NPU_UNPROVEN;
    }
}
