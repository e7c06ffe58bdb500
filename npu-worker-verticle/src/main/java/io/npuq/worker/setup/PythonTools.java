package io.npuq.worker.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A virtual environment in the set-up's work directory: its pip fetches packages, its Python runs them. Made when first needed. */
final class PythonTools {
    private static final Duration VENV_LIMIT = Duration.ofMinutes(5);

    /** 160 MB through a slow line take that long. */
    private static final Duration FETCH_LIMIT = Duration.ofHours(3);

    private static final Duration SCRIPT_LIMIT = Duration.ofMinutes(20);

    private final Path work;
    private final Map<String, String> userEnvironment;
    private final SetupLog log;
    private final Consumer<String> progress;
    private @Nullable Python found;

    PythonTools(Path work, Map<String, String> userEnvironment, SetupLog log, Consumer<String> progress) {
        this.work = work;
        this.userEnvironment = userEnvironment;
        this.log = log;
        this.progress = progress;
    }

    /** Names the Python; packages that were fetched with one are for that one. */
    String fingerprint() throws SetupException {
        Python python = python();
        return Requirements.fingerprint(String.join(" ", python.command()) + " " + python.version());
    }

    /**
     * Fetches packages, without their dependencies, and unpacks them into a directory. A wheel that has come is kept in the work
     * directory, and not fetched again.
     *
     * @param packages lines of a requirements file, by the package's name
     */
    void fetch(Map<String, String> packages, Path target) throws SetupException, IOException {
        Path file = work.resolve("requirements.txt");
        List<String> install = pip("install", "--no-index", "--no-compile", "--target", target.toString());
        int number = 0;
        for (String lines : packages.values()) {
            number++;
            Files.writeString(file, lines);
            install.addAll(List.of(
                    "--find-links", wheel(lines, file, number, packages.size()).toString()));
        }
        Files.writeString(file, String.join("", packages.values()));
        install.addAll(List.of("-r", file.toString()));
        progress.accept("  unpacking");
        run("unpack its packages with pip", install, Map.of(), FETCH_LIMIT, line -> {});
    }

    private Path wheel(String lines, Path file, int number, int count) throws SetupException, IOException {
        Path dir = work.resolve("wheel-" + Requirements.fingerprint(lines + fingerprint()));
        if (!Files.exists(dir)) {
            Trees.deletePartials(dir);
            Path partial = Trees.partial(dir);
            List<String> download = pip("download", "--dest", partial.toString(), "-r", file.toString());
            if (python().pipTellsBytes()) {
                download.addAll(List.of("--progress-bar", "raw"));
            }
            run(
                    "fetch its packages with pip",
                    download,
                    Map.of(),
                    FETCH_LIMIT,
                    new PipProgress(number, count, progress));
            Trees.publish(partial, dir);
        }
        return dir;
    }

    private List<String> pip(String command, String... options) throws SetupException, IOException {
        List<String> line = new ArrayList<>(List.of(environment(), "-m", "pip", command));
        line.addAll(List.of("--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-cache-dir"));
        line.addAll(List.of(options));
        return line;
    }

    /** Runs a Python program that imports from a directory of packages. */
    void script(String action, String program, List<String> arguments, Path packages)
            throws SetupException, IOException {
        Path file = Files.writeString(work.resolve("script.py"), program);
        List<String> command = new ArrayList<>(List.of(environment(), file.toString()));
        command.addAll(arguments);
        run(action, command, Map.of("PYTHONPATH", packages.toString()), SCRIPT_LIMIT, line -> {});
    }

    /** The virtual environment's Python. */
    String environment() throws SetupException, IOException {
        Path dir = work.resolve("python-" + fingerprint());
        if (!Files.exists(dir)) {
            Trees.deletePartials(dir);
            Path partial = Trees.partial(dir);
            List<String> command = new ArrayList<>(python().command());
            command.addAll(List.of("-m", "venv", partial.toString()));
            run("make a virtual environment for Python", command, Map.of(), VENV_LIMIT, line -> {});
            Trees.publish(partial, dir);
        }
        Path windows = dir.resolve("Scripts/python.exe");
        return (Files.exists(windows) ? windows : dir.resolve("bin/python")).toString();
    }

    private Python python() throws SetupException {
        Python python = found;
        if (python == null) {
            python = Python.find(userEnvironment);
            found = python;
        }
        return python;
    }

    private void run(
            String action, List<String> command, Map<String, String> more, Duration limit, Consumer<String> lines)
            throws SetupException, IOException {
        Path temp = Files.createDirectories(work.resolve("tmp"));
        Map<String, String> environment = new TreeMap<>(PipEnvironment.of(userEnvironment, temp));
        environment.putAll(more);
        Path guard = Files.writeString(work.resolve("guard.py"), Recipe.resource("guard.py"));
        List<String> guarded = new ArrayList<>(python().command());
        guarded.add(guard.toString());
        guarded.addAll(command);
        log.begin(command);
        Child child = Child.run(guarded, environment, limit, line -> {
            log.line(line);
            lines.accept(line);
        });
        if (child.timedOut()) {
            throw new SetupException("the set-up could not " + action + " within " + limit.toMinutes()
                    + " minutes: start again, it goes on where it stopped; see " + log.file());
        }
        if (child.exit() != 0) {
            throw new SetupException("the set-up could not " + action + ": " + why(child));
        }
    }

    private String why(Child child) {
        List<String> output = log.recent();
        String last = output.isEmpty() ? "exit code " + child.exit() : output.get(output.size() - 1);
        return PipTrouble.of(output).orElse(last) + "; see " + log.file();
    }
}
