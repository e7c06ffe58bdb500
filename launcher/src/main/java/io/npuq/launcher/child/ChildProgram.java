package io.npuq.launcher.child;

import io.npuq.smoke.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** This very npuq, started again as other processes. */
public final class ChildProgram implements Program {
    private final List<String> settings;
    private final Consumer<String> say;

    /**
     * A program with these settings.
     *
     * @param settings flags that {@code run} and {@code serve} both know
     * @param say takes what the children say meanwhile, such as the set-up's progress
     */
    public ChildProgram(List<String> settings, Consumer<String> say) {
        this.settings = List.copyOf(settings);
        this.say = say;
    }

    @Override
    public Ran run(String job, String input, int maxNewTokens) throws IOException, InterruptedException {
        List<String> command = command("run");
        command.addAll(List.of("--job", job, "--input", "-", "--max-new-tokens", Integer.toString(maxNewTokens)));
        Process process = new ProcessBuilder(command).start();
        ErrorLines lines = ErrorLines.follow(process, say);
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = process.waitFor();
        return new Ran(exitCode, out.strip(), lines.last());
    }

    @Override
    public Server start() throws IOException, InterruptedException {
        Path data = Files.createTempDirectory("npuq-smoke-");
        List<String> command = command("serve");
        command.addAll(List.of("--port", "0", "--data", data.toString()));
        // For this machine alone, whatever the environment says of the server proper.
        command.addAll(List.of("--host", "127.0.0.1", "--api-keys-file=", "--tls-cert=", "--tls-key="));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        // Whatever ends this process, the server that it started goes with it.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "child-end"));
        ErrorLines lines = ErrorLines.follow(process, say);
        return new ChildServer(process, lines.address(), data);
    }

    private List<String> command(String name) {
        List<String> command = ChildCommand.of(List.of(), name);
        command.addAll(settings);
        return command;
    }

    static void delete(Path dir) throws IOException {
        try (Stream<Path> all = Files.walk(dir)) {
            for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
