package io.npuq.launcher.server;

import io.npuq.launcher.Main;
import io.npuq.scheduler.LaneState;
import io.npuq.schema.Lane;
import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.EngineConfig;
import io.npuq.schema.config.RemoteConfig;
import io.npuq.worker.builtin.BuiltinEngine;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.TestOverride;
import io.npuq.worker.lane.EngineSource;
import io.npuq.worker.lane.LaneSettings;
import io.npuq.worker.process.EngineCommand;
import io.npuq.worker.process.ProcessEngine;
import io.npuq.worker.process.ProcessMemory;
import io.npuq.worker.process.ProcessSettings;
import io.npuq.worker.remote.RemoteEngine;
import io.npuq.worker.remote.UpstreamSettings;
import io.npuq.worker.setup.Installed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** What a lane is told, and what makes its engines. */
public final class Engines {
    /** Heap of an engine's process: the model lives outside of it. */
    private static final String CHILD_HEAP = "-Xmx192m";

    /** Compiles code after a twentieth of the usual calls: an engine is asked a few times a minute, and should be fast soon. */
    private static final String CHILD_WARM_SOON = "-XX:CompileThresholdScaling=0.05";

    /** Options of the JVM of an engine's process. */
    static final List<String> CHILD_OPTIONS =
            List.of("--enable-native-access=ALL-UNNAMED", CHILD_HEAP, CHILD_WARM_SOON);

    private Engines() {}

    /**
     * A lane and its engines.
     *
     * @param lane what the lane is told
     * @param engines makes a new engine, not loaded yet
     * @param models makes engines for another model; empty where engines have none
     */
    public record Plan(
            LaneSettings lane, Supplier<Engine> engines, Optional<Function<Installed, EngineSource>> models) {
        /** The same lane with other engines for its first model. */
        public Plan with(UnaryOperator<Supplier<Engine>> change) {
            return new Plan(lane, change.apply(engines), models);
        }
    }

    /**
     * The lanes of this configuration, the main one first, each with an engine of its own. Looks which devices there are, where the
     * configuration leaves that open.
     */
    public static List<Plan> plans(EngineConfig config, Installed installed, Duration drainTimeout) {
        List<Plan> plans = new ArrayList<>();
        for (DeviceChoice device : DeviceProbe.resolve(config.lanes(), installed.openVinoRoot())) {
            LaneState.Role role = plans.isEmpty() ? LaneState.Role.MAIN : LaneState.Role.FALLBACK;
            plans.add(
                    switch (device) {
                        case BUILTIN -> builtin(role, drainTimeout);
                        case REMOTE -> remote(config, installed, drainTimeout);
                        case AUTO, NPU, GPU, CPU -> openVino(config, device, role, installed, drainTimeout);
                    });
        }
        return plans;
    }

    /** The engine in plain Java, in this process. */
    public static Plan builtin(LaneState.Role role, Duration drainTimeout) {
        LaneSettings.Model model = new LaneSettings.Model(BuiltinEngine.MODEL, Optional.empty(), Optional.empty());
        LaneSettings lane = new LaneSettings(
                Lane.BUILTIN,
                role,
                OptionalInt.empty(),
                BuiltinEngine.DEVICE,
                model,
                Optional.empty(),
                Optional.empty(),
                drainTimeout);
        return new Plan(lane, EngineChoice::builtin, Optional.empty());
    }

    /** A model on another server. */
    private static Plan remote(EngineConfig config, Installed installed, Duration drainTimeout) {
        EngineSource first = remoteSource(config, installed);
        LaneSettings lane = new LaneSettings(
                Lane.REMOTE,
                LaneState.Role.FALLBACK,
                OptionalInt.empty(),
                RemoteEngine.DEVICE,
                first.model(),
                Optional.empty(),
                Optional.empty(),
                drainTimeout);
        return new Plan(lane, first.engines(), Optional.of(other -> remoteSource(config, other)));
    }

    /** What the local model is called there; its own name where nobody said. */
    private static EngineSource remoteSource(EngineConfig config, Installed installed) {
        String local = String.valueOf(installed.modelDir().getFileName());
        RemoteConfig remote = config.remote().orElseThrow();
        UpstreamSettings upstream = new UpstreamSettings(
                remote.base(), remote.key(), remote.model(local).orElse(local), config.inferenceTimeout());
        return new EngineSource(
                new LaneSettings.Model(upstream.model(), Optional.empty(), Optional.empty()),
                () -> new RemoteEngine(upstream, System::nanoTime));
    }

    /** OpenVINO in a child process. */
    private static Plan openVino(
            EngineConfig config, DeviceChoice device, LaneState.Role role, Installed installed, Duration drainTimeout) {
        EngineSource first = source(config, device, installed);
        LaneSettings lane = new LaneSettings(
                laneOf(device),
                role,
                device == DeviceChoice.NPU ? OptionalInt.of(config.npuPromptTokensMax()) : OptionalInt.empty(),
                device.wire(),
                first.model(),
                config.busyCounter(),
                TestOverride.ofThisProcess(),
                drainTimeout,
                config.keepAlive(),
                config.quarantineMax());
        return new Plan(lane, first.engines(), Optional.of(other -> source(config, device, other)));
    }

    private static EngineSource source(EngineConfig config, DeviceChoice device, Installed installed) {
        Path modelDir = installed.modelDir();
        LaneSettings.Model model = new LaneSettings.Model(
                String.valueOf(modelDir.getFileName()), Optional.of(modelDir), Optional.of(config.cacheDir()));
        ProcessSettings process = new ProcessSettings(
                EngineCommand.java(CHILD_OPTIONS, Main.class.getName(), List.of("engine")),
                EngineLaunch.of(config, device, installed).json(),
                ProcessSettings.LOAD_TIMEOUT_DEFAULT,
                config.inferenceTimeout(),
                config.memoryMaxBytes().orElse(ProcessMemory.limitBytes()));
        return new EngineSource(model, () -> new ProcessEngine(process));
    }

    private static Lane laneOf(DeviceChoice device) {
        return switch (device) {
            case NPU -> Lane.NPU;
            case GPU -> Lane.GPU;
            // What AUTO is shows once its engine has loaded; until then nothing waits for an NPU that may not be there.
            case AUTO, CPU -> Lane.CPU;
            case BUILTIN -> Lane.BUILTIN;
            case REMOTE -> Lane.REMOTE;
        };
    }
}
