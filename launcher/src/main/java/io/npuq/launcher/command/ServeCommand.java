package io.npuq.launcher.command;

import io.npuq.api.embedding.Embeddings;
import io.npuq.launcher.Logging;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Configuration;
import io.npuq.launcher.config.LogLevel;
import io.npuq.launcher.config.Settings;
import io.npuq.launcher.server.EmbeddingLane;
import io.npuq.launcher.server.EngineChoice;
import io.npuq.launcher.server.Engines;
import io.npuq.launcher.server.Server;
import io.npuq.launcher.server.StartException;
import io.npuq.launcher.server.StopOnSignal;
import io.npuq.scheduler.LaneState;
import io.npuq.schema.config.NpuqConfig;
import io.npuq.worker.engine.TestOverride;
import io.npuq.worker.setup.Installed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code npuq serve}. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Set up what is missing, then serve until told to stop (Ctrl-C or SIGTERM: the running job may end first).",
            "",
            "Each setting can also be given as NPUQ_NAME in the environment (NPUQ_PORT), or as a line name=value in a"
                    + " --config file (port=18820). Flags win over environment over file.",
            ""
        })
final class ServeCommand implements Callable<Integer> {
    @Option(names = "--print-config", description = "show each value and where it comes from, and end")
    private boolean printConfig;

    @Mixin
    private ConfigOptions options = new ConfigOptions(Settings.ALL);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws ConfigException, StartException {
        Terminal terminal = Terminal.of(spec);
        Configuration configuration = options.resolve();
        configuration.warnings().forEach(warning -> terminal.say("npuq: " + warning));
        if (printConfig) {
            terminal.print(configuration.values().table().stripTrailing());
            return ExitCode.OK;
        }
        Logging.configure(configuration.logLevel(LogLevel.INFO));
        Optional<EmbeddingLane> embeddings = EmbeddingLane.of(configuration.npuq());
        Server server = Server.start(
                configuration.npuq(),
                embeddings.isPresent() ? embeddings.get() : Embeddings.NONE,
                cause -> halt(terminal, cause));
        StopOnSignal stop = StopOnSignal.arm(server, terminal::say);
        configuration.apiKeys().ifPresent(server::followKeys);
        try {
            List<Engines.Plan> plans = plans(configuration, embeddings, terminal);
            server.startLanes(plans);
            server.grpcAddress().ifPresent(address -> terminal.say("npuq is serving gRPC at " + address));
            terminal.say("npuq is serving at " + server.url() + " (device " + server.device() + ", model "
                    + plans.get(0).lane().model().name() + ")");
        } catch (StartException e) {
            stop.disarm();
            server.close();
            throw e;
        }
        StopOnSignal.awaitEnd();
        return ExitCode.OK;
    }

    private static List<Engines.Plan> plans(
            Configuration configuration, Optional<EmbeddingLane> embeddings, Terminal terminal) throws StartException {
        TestOverride.ofThisProcess()
                .ifPresent(override -> terminal.say("TEST OVERRIDE: the NPU's code path runs on the CPU, and "
                        + override.counterFile() + " stands for the busy counter; nothing here proves an NPU"));
        NpuqConfig config = configuration.npuq();
        EngineChoice choice = new EngineChoice(configuration, terminal::say);
        Optional<Installed> installed = choice.installed();
        List<Engines.Plan> plans = new ArrayList<>(
                installed.isEmpty()
                        ? List.of(Engines.builtin(LaneState.Role.MAIN, config.drainTimeout()))
                        : choice.orBuiltin(Engines.plans(config.engine(), installed.get(), config.drainTimeout())));
        if (embeddings.isPresent()) {
            plans.add(embeddings.get().plan(choice.openVino()));
        }
        return plans;
    }

    /** Nobody knows any more what is on disk, or npuq has a bug: it does not run on. */
    private static void halt(Terminal terminal, Throwable cause) {
        terminal.say("npuq: stopped at once: " + cause
                + "; every acknowledged job is on disk, see to the cause and start npuq again");
        Runtime.getRuntime().halt(ExitCode.BUG);
    }
}
