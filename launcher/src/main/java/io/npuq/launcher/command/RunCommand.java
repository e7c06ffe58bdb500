package io.npuq.launcher.command;

import io.npuq.api.worker.WorkerAnswer;
import io.npuq.launcher.Logging;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Key;
import io.npuq.launcher.config.Settings;
import io.npuq.launcher.server.EngineLaunch;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.Outcome;
import io.npuq.schema.Verdict;
import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.NpuqConfig;
import io.npuq.worker.builtin.BuiltinEngine;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.TestOverride;
import io.npuq.worker.lane.Attempt;
import io.npuq.worker.lane.AttemptRunner;
import io.npuq.worker.lane.BusyCounter;
import io.npuq.worker.lane.LoadedEngine;
import io.npuq.worker.lane.QuietWatch;
import io.npuq.worker.lane.StopSignal;
import io.npuq.worker.setup.Installed;
import io.npuq.worker.setup.NpuqHome;
import io.npuq.worker.setup.Setup;
import io.npuq.worker.setup.SetupException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
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
        description = "Run one job in this process, without a server, and print the worker contract's JSON.",
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
    private ConfigOptions options = new ConfigOptions();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, CommandFailedException {
        Settings settings = options.settings();
        NpuqConfig config = settings.config();
        Logging.configure(settings.isGiven(Key.LOG_LEVEL) ? settings.text(Key.LOG_LEVEL) : "warn");
        JobRequest request = job.request();
        BusyCounter counter = BusyCounter.of(TestOverride.ofThisProcess()
                .map(TestOverride::counterFile)
                .or(() -> config.engine().busyCounter()));
        try (Engine engine = engine(config)) {
            long started = System.nanoTime();
            LoadedEngine loaded = LoadedEngine.load(engine, TestOverride.ofThisProcess());
            Attempt attempt = new Attempt(request, 1, 0, loaded.info().loadMs(), started);
            AttemptRunner runner =
                    new AttemptRunner(loaded, counter, new QuietWatch(counter, System::nanoTime), System::nanoTime);
            Outcome outcome = runner.run(attempt, text -> {}, new StopSignal());
            return print(request.kind(), outcome, status(config, loaded));
        } catch (EngineException | SetupException e) {
            throw new CommandFailedException(ExitCode.NO_GENERATION, String.valueOf(e.getMessage()));
        }
    }

    private Engine engine(NpuqConfig config) throws SetupException {
        if (config.engine().device() == DeviceChoice.BUILTIN) {
            return new BuiltinEngine(System::nanoTime);
        }
        PrintWriter err = spec.commandLine().getErr();
        Installed installed = new Setup(new NpuqHome(config.home()), System.getenv(), line -> {
                    err.println(line);
                    err.flush();
                })
                .ensure(config.engine().model(), config.engine().openvino());
        return EngineLaunch.of(config.engine(), installed).engine();
    }

    private int print(JobKind kind, Outcome outcome, LaneStatus lane) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(WorkerAnswer.of(kind, outcome, lane, allowFallback).text());
        out.flush();
        if (outcome.result().isEmpty()) {
            return ExitCode.NO_GENERATION;
        }
        Verdict verdict = outcome.evidence().orElseThrow().verdict();
        boolean proven = verdict == Verdict.NPU_VERIFIED || (allowFallback && verdict == Verdict.FALLBACK);
        return proven ? ExitCode.OK : ExitCode.NPU_UNPROVEN;
    }

    private static LaneStatus status(NpuqConfig config, LoadedEngine loaded) {
        boolean files = config.engine().device() != DeviceChoice.BUILTIN;
        return new LaneStatus(
                Lane.NPU,
                loaded.deviceActual(),
                loaded.info().model(),
                Optional.empty(),
                files ? Optional.of(config.engine().cacheDir()) : Optional.<Path>empty(),
                true,
                Optional.of(loaded.initialLoadMs()),
                Optional.empty(),
                Optional.empty());
    }
}
