package io.npuq.launcher.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.launcher.client.ApiException;
import io.npuq.launcher.config.ConfigException;
import io.npuq.launcher.config.Configuration;
import io.npuq.launcher.models.ReadyModel;
import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.EngineConfig;
import io.npuq.schema.config.NpuqConfig;
import io.npuq.worker.llm.ModelNotes;
import io.npuq.worker.setup.NpuqHome;
import io.npuq.worker.setup.Setup;
import io.npuq.worker.setup.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What should be so before others rely on an npuq, looked at while it runs. Changes nothing, and submits nothing. */
public final class GoLive {
    private static final String HEALTHY = "healthy";

    private GoLive() {}

    /**
     * Each check, in the order of the checklist in docs/guides/going-live.md.
     *
     * @param configuration that of the server
     * @param checkpoint the file of checkpoints that is kept elsewhere
     */
    public static List<Check> examine(
            Configuration configuration, Map<String, String> environment, Optional<Path> checkpoint) {
        NpuqConfig npuq = configuration.npuq();
        List<Check> checks = new ArrayList<>();
        checks.add(probes(npuq));
        checks.add(cache(npuq.engine()));
        checks.add(quantization(npuq, environment));
        checks.add(fallback(npuq.engine()));
        checks.add(GoLiveLog.latency(npuq.queue().dataDir(), Clock.systemUTC()));
        checks.add(access(configuration));
        checks.addAll(GoLivePlaces.of(npuq.queue()));
        checks.add(GoLiveLog.checkpoints(npuq.queue().dataDir(), checkpoint));
        return checks;
    }

    /** What a supervisor or a load balancer would be told. */
    private static Check probes(NpuqConfig npuq) {
        String name = "probes";
        String address = Places.address(npuq.http());
        try {
            JsonNode health = Places.api(npuq.http()).wellness();
            String status = health.path("status").asText();
            if (status.equals(HEALTHY)) {
                return Check.ok(name, "GET /health at " + address + " says healthy");
            }
            return Check.needed(
                    name,
                    "GET /health at " + address + " says " + status + ": " + reasons(health),
                    "mend what it names, or wait while a model is loading (docs/engines.md)");
        } catch (ApiException e) {
            return Check.needed(
                    name, String.valueOf(e.getMessage()), "start npuq with this configuration, then look again");
        }
    }

    private static String reasons(JsonNode health) {
        List<String> reasons = new ArrayList<>();
        health.path("reasons").forEach(reason -> reasons.add(reason.asText()));
        return String.join("; ", reasons);
    }

    /** An empty one makes the first start after a boot as slow as the very first. */
    private static Check cache(EngineConfig engine) {
        String name = "compiled cache";
        Path dir = engine.cacheDir();
        if (engine.device() == DeviceChoice.BUILTIN) {
            return Check.ok(name, "the built-in engine compiles nothing");
        }
        try (Stream<Path> files = Files.list(dir)) {
            long blobs = files.filter(file -> file.toString().endsWith(".blob")).count();
            return blobs > 0
                    ? Check.ok(name, blobs + " compiled models in " + dir)
                    : noCache(name, dir + " has no compiled model");
        } catch (IOException e) {
            return noCache(name, dir + " cannot be read, or is not there");
        }
    }

    private static Check noCache(String name, String found) {
        return Check.needed(
                name,
                found,
                "let npuq load its model once (\"npuq serve\", until it says \"is loaded on\"), then look again");
    }

    /** Only where the model may come to an NPU. */
    private static Check quantization(NpuqConfig npuq, Map<String, String> environment) {
        String name = "quantization";
        DeviceChoice device = npuq.engine().device();
        if (device != DeviceChoice.NPU && device != DeviceChoice.AUTO) {
            return Check.ok(name, "the model is not for an NPU: the main lane's device is " + device.wire());
        }
        NpuqHome home = new NpuqHome(npuq.home());
        try {
            Optional<Path> dir = new Setup(home, environment, line -> {})
                    .model(ReadyModel.known(home, npuq.engine().model()));
            Optional<String> complaint = dir.flatMap(ModelNotes::npuComplaint);
            if (complaint.isEmpty()) {
                return Check.ok(
                        name,
                        dir.flatMap(ModelNotes::weights)
                                .map(weights -> weights + ", as the NPU wants it")
                                .orElse("nothing is noted with the model; the NPU's compiler will say"));
            }
            return device == DeviceChoice.NPU
                    ? Check.needed(
                            name, complaint.get(), "export the model so, or pull one that is: npuq models --catalogue")
                    : Check.missing(name, complaint.get(), "only if this machine has an NPU: npuq models --catalogue");
        } catch (SetupException e) {
            return Check.needed(name, String.valueOf(e.getMessage()), "correct --model");
        }
    }

    private static Check fallback(EngineConfig engine) {
        String name = "fallback";
        boolean alone = engine.lanes().size() == 1 && engine.device() != DeviceChoice.BUILTIN;
        String lanes = String.join(
                ", ", engine.lanes().stream().map(DeviceChoice::wire).toList());
        return alone
                ? Check.needed(
                        name,
                        "the only lane is " + lanes + ": while it is away, jobs wait",
                        "give --fallback-device CPU, or BUILTIN (docs/routing.md)")
                : Check.ok(name, "lanes " + lanes);
    }

    private static Check access(Configuration configuration) {
        String name = "access";
        var http = configuration.npuq().http();
        try {
            List<String> warnings = configuration.accessWarnings();
            String keys = http.keys().isEmpty()
                    ? "this machine alone, without keys"
                    : http.keys().size() + " keys, " + (http.tls().isPresent() ? "TLS" : "no TLS");
            return warnings.isEmpty()
                    ? Check.ok(name, keys)
                    : Check.needed(
                            name,
                            keys + ": " + String.join("; ", warnings),
                            "see docs/operate.md, Serve other machines");
        } catch (ConfigException e) {
            return Check.needed(name, String.valueOf(e.getMessage()), "correct --host");
        }
    }
}
