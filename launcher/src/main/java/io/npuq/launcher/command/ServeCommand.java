package io.npuq.launcher.command;

import io.npuq.launcher.Logging;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Key;
import io.npuq.launcher.config.Settings;
import io.npuq.launcher.server.Engines;
import io.npuq.launcher.server.Server;
import io.npuq.launcher.server.StartException;
import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.NpuqConfig;
import io.npuq.worker.engine.TestOverride;
import io.npuq.worker.setup.Installed;
import io.npuq.worker.setup.NpuqHome;
import io.npuq.worker.setup.Setup;
import io.npuq.worker.setup.SetupException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
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
            "Set up what is missing, then serve until it is told to stop.",
            "",
            "Each option can also be set as NPUQ_NAME in the environment, or as name=value in a --config file."
        })
final class ServeCommand implements Callable<Integer> {
    /** After a fault that leaves the files in doubt, or a bug: do not run on. */
    private static final int EXIT_FATAL = 70;

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(names = "--print-config", description = "show each value and where it comes from, and end")
    private boolean printConfig;

    @Spec
    private CommandSpec spec;

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicBoolean stopping = new AtomicBoolean();

    @Override
    public Integer call() throws ConfigException, StartException, InterruptedException {
        Settings settings = options.settings();
        NpuqConfig config = settings.config();
        if (printConfig) {
            print(settings);
            return ExitCode.OK;
        }
        Logging.configure(settings.text(Key.LOG_LEVEL));
        checkHost(config.http().host());
        Server server = Server.start(config, this::halt);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "npuq-stop"));
        say("npuq is serving at " + server.url());
        TestOverride.ofThisProcess()
                .ifPresent(o -> say("TEST OVERRIDE: the NPU's code path runs on the CPU, and " + o.counterFile()
                        + " stands for the busy counter; nothing here proves an NPU"));
        startLane(server, settings, config);
        stopped.await();
        return ExitCode.OK;
    }

    /** A server without a lane is none: it is closed here, for the hook that stops a server ends the process with 0. */
    private void startLane(Server server, Settings settings, NpuqConfig config) throws StartException {
        try {
            server.startLane(plan(settings, config));
        } catch (StartException | RuntimeException e) {
            if (stopping.compareAndSet(false, true)) {
                server.close();
            }
            throw e;
        }
    }

    /** OpenVINO where it can be had; else, when the user named nothing that is missing, the engine without a model. */
    private Engines.Plan plan(Settings settings, NpuqConfig config) throws StartException {
        if (config.engine().device() == DeviceChoice.BUILTIN) {
            return builtin(config, "as asked for");
        }
        try {
            Installed installed = new Setup(new NpuqHome(config.home()), System.getenv(), this::say)
                    .ensure(config.engine().model(), config.engine().openvino());
            return Engines.openVino(config.engine(), installed, config.drainTimeout());
        } catch (SetupException e) {
            if (settings.isGiven(Key.MODEL)
                    || settings.isGiven(Key.OPENVINO)
                    || config.engine().device() != DeviceChoice.AUTO) {
                throw new StartException(String.valueOf(e.getMessage()), e);
            }
            say(String.valueOf(e.getMessage()));
            return builtin(config, "until that is mended and npuq is started again");
        }
    }

    private Engines.Plan builtin(NpuqConfig config, String why) {
        say("jobs run on the built-in extractive engine, without a language model, " + why);
        return Engines.builtin(config.drainTimeout());
    }

    /** Keys come with a later version; until then nobody but this machine may reach an npuq. */
    private static void checkHost(String host) throws StartException {
        try {
            if (InetAddress.getByName(host).isLoopbackAddress()) {
                return;
            }
        } catch (UnknownHostException e) {
            throw new StartException(
                    "host " + host + " is not known; use an address of this machine, such as 127.0.0.1", e);
        }
        throw new StartException(
                "host " + host
                        + " can be reached from other machines, and this version has no API keys; use 127.0.0.1, or a proxy that checks who asks");
    }

    /** An orderly stop ends with 0, whatever signal asked for it: so the process is ended here, before the JVM says 143. */
    private void stop(Server server) {
        if (stopping.compareAndSet(false, true)) {
            server.close();
            say("npuq has stopped");
            stopped.countDown();
            Runtime.getRuntime().halt(ExitCode.OK);
        }
    }

    private void halt(Throwable cause) {
        say("stopped at once, nothing acknowledged is lost: " + cause);
        Runtime.getRuntime().halt(EXIT_FATAL);
    }

    private void print(Settings settings) {
        PrintWriter out = spec.commandLine().getOut();
        settings.values()
                .forEach((key, value) -> out.printf("%-20s %-45s %s%n", key.key(), value.text(), value.source()));
        out.flush();
    }

    private synchronized void say(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }
}
