package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.npuq.launcher.Main;
import io.npuq.worker.TestRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How npuq is started: the JVM's options, the environment, the home. Each {@code with…} gives a new one. */
final class Npuq {
    private final List<String> jvmOptions;
    private final Map<String, String> environment;

    private Npuq(List<String> jvmOptions, Map<String, String> environment) {
        this.jvmOptions = List.copyOf(jvmOptions);
        this.environment = Map.copyOf(environment);
    }

    /** With that directory as its own, and nothing of the environment's settings for npuq. */
    static Npuq in(Path home) {
        Map<String, String> environment = new TreeMap<>(System.getenv());
        environment.keySet().removeIf(name -> name.startsWith("NPUQ_") || name.startsWith("NPU_PROXY_"));
        environment.put("NPUQ_HOME", home.toString());
        return new Npuq(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx256m"), environment);
    }

    Npuq with(String name, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(name, value);
        return new Npuq(jvmOptions, more);
    }

    Npuq without(String name) {
        Map<String, String> fewer = new TreeMap<>(environment);
        fewer.remove(name);
        return new Npuq(jvmOptions, fewer);
    }

    Npuq withJvmOption(String option) {
        List<String> more = new ArrayList<>(jvmOptions);
        more.add(option);
        return new Npuq(more, environment);
    }

    /** Starts a command; waits for nothing. */
    ServerProcess start(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(program());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            return new ServerProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command to its end, which must be a good one; answers what it printed. */
    String run(String... command) {
        try (ServerProcess process = start(command)) {
            assertEquals(0, process.exitCode(), process::errors);
            return process.output();
        }
    }

    /** Starts a server on a free port, and waits until it serves. */
    ServerProcess serve(String... arguments) {
        ServerProcess server = startServe(arguments);
        server.awaitServing();
        return server;
    }

    /** Starts a server on a free port; waits for nothing. */
    ServerProcess startServe(String... arguments) {
        List<String> all = new ArrayList<>(List.of("serve", "--port", "0"));
        all.addAll(List.of(arguments));
        return start(all.toArray(String[]::new));
    }

    /** Starts a server on the tiny model and a free port, and waits until the model is loaded. */
    ServerProcess serveTiny(Path model, String device, String... arguments) {
        List<String> all = new ArrayList<>(tiny(model, device));
        all.addAll(List.of(arguments));
        ServerProcess server = serve(all.toArray(String[]::new));
        server.awaitLine("is loaded on");
        return server;
    }

    /** The options that name a model of the test's own and the shared runtime. */
    static List<String> tiny(Path model, String device) {
        return List.of(
                "--model",
                model.toString(),
                "--device",
                device,
                "--openvino",
                TestRuntime.openVino().toString());
    }

    /** The jar that {@code ./npuq} runs; from an IDE or before there is one, the class path of this JVM. */
    private static List<String> program() {
        Path code = Path.of(URI.create(
                Main.class.getProtectionDomain().getCodeSource().getLocation().toString()));
        if (Files.isRegularFile(code)) {
            return List.of("-jar", code.toString());
        }
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return List.of("-cp", classPath, Main.class.getName());
    }
}
