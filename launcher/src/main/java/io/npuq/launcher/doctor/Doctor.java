package io.npuq.launcher.doctor;

import io.npuq.launcher.config.Configuration;
import io.npuq.launcher.models.ReadyModel;
import io.npuq.schema.config.EngineConfig;
import io.npuq.worker.setup.NpuqHome;
import io.npuq.worker.setup.Setup;
import io.npuq.worker.setup.SetupException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at this machine as a start with this configuration would find it. Changes nothing, fetches nothing. */
public final class Doctor {
    private final Configuration configuration;
    private final Setup setup;
    private final List<Check> checks = new ArrayList<>();

    private Doctor(Configuration configuration, Map<String, String> environment) {
        this.configuration = configuration;
        this.setup = new Setup(new NpuqHome(configuration.npuq().home()), environment, line -> {});
    }

    /** What there is, in the order in which things depend on each other. */
    public static List<Check> examine(Configuration configuration, Map<String, String> environment) {
        Doctor doctor = new Doctor(configuration, environment);
        doctor.examine();
        return List.copyOf(doctor.checks);
    }

    private void examine() {
        EngineConfig engine = configuration.npuq().engine();
        checks.add(Machine.java());
        Optional<Path> runtime = runtime(engine);
        runtime.ifPresent(root -> checks.addAll(OpenVinoChecks.of(root, engine.device())));
        checks.addAll(Machine.accelerator());
        checks.add(Machine.busyCounter(engine.busyCounter()));
        boolean allSetUp = model(engine) && runtime.isPresent();
        checks.add(python(allSetUp));
        checks.add(Places.disk(configuration.npuq().home(), !allSetUp));
        checks.add(Places.data(configuration.npuq().queue().dataDir()));
        configuration.npuq().store().map(StoreCheck::of).ifPresent(checks::add);
        checks.add(Places.port(configuration.npuq().http()));
    }

    /** Where OpenVINO is; what it is, it says itself. */
    private Optional<Path> runtime(EngineConfig engine) {
        try {
            Optional<Path> root = setup.runtime(engine.openvino());
            if (root.isEmpty()) {
                checks.add(Check.missing(
                        "openvino",
                        "not set up yet",
                        "\"npuq setup\" fetches it, and so does the first \"npuq serve\""));
            }
            return root;
        } catch (SetupException e) {
            checks.add(Check.needed("openvino", String.valueOf(e.getMessage()), "correct --openvino, or leave it out"));
            return Optional.empty();
        }
    }

    private boolean model(EngineConfig engine) {
        NpuqHome home = new NpuqHome(configuration.npuq().home());
        if (ReadyModel.willPull(home, engine.model())) {
            checks.add(Check.missing(
                    "model",
                    engine.model() + " is not there yet",
                    "\"npuq pull " + engine.model() + "\" fetches it, and so does the first \"npuq serve\""));
            return false;
        }
        try {
            Optional<Path> dir = setup.model(ReadyModel.known(home, engine.model()));
            checks.add(dir.map(path -> ModelCheck.of(path, configuration.engineIsNamed()))
                    .orElseGet(() -> Check.missing(
                            "model",
                            engine.model() + " is not set up yet",
                            "\"npuq setup\" fetches it, and so does the first \"npuq serve\"")));
            return dir.isPresent();
        } catch (SetupException e) {
            checks.add(Check.needed("model", String.valueOf(e.getMessage()), "correct --model, or leave it out"));
            return false;
        }
    }

    private Check python(boolean allSetUp) {
        try {
            return Check.ok("python", setup.python() + (allSetUp ? "; not needed any more" : ""));
        } catch (SetupException e) {
            return allSetUp
                    ? Check.ok("python", "none that fits, and none is needed: all is set up")
                    : Check.missing("python", String.valueOf(e.getMessage()), "install it, then run \"npuq setup\"");
        }
    }
}
