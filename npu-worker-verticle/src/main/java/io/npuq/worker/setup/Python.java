package io.npuq.worker.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Python that can fetch packages.
 *
 * @param command how it is called
 * @param version its major and minor version, such as {@code 3.12}
 * @param pipVersion of the pip that its virtual environments get
 */
record Python(List<String> command, String version, String pipVersion) {
    private static final int MINOR_MIN = 10;
    private static final int MINOR_MAX = 14;
    private static final String WANTED = "Python 3." + MINOR_MIN + " to 3." + MINOR_MAX;
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(30);
    private static final String PROBE = "import sys, importlib.util as u; "
            + "v = all(u.find_spec(m) for m in ('venv', 'ensurepip')); "
            + "p = __import__('ensurepip').version() if v else '-'; "
            + "print('npuq', sys.implementation.name, *sys.version_info[:2], 64 if sys.maxsize > 2**32 else 32, p)";

    /**
     * {@code NPUQ_PYTHON}, or the first of {@code python3}, {@code python}, {@code py -3} and {@code python3.14} … {@code python3.10}
     * on the path that fits.
     *
     * @throws SetupException saying which were looked at, and why none fits
     */
    static Python find(Map<String, String> environment) throws SetupException {
        List<String> unfit = new ArrayList<>();
        for (List<String> candidate : candidates(environment)) {
            List<String> answer = probe(candidate, environment);
            Optional<String> trouble = trouble(answer);
            if (trouble.isEmpty()) {
                return new Python(candidate, answer.get(2) + "." + answer.get(3), answer.get(5));
            }
            unfit.add(String.join(" ", candidate) + " " + trouble.get());
        }
        String found = unfit.isEmpty() ? "none was found on PATH" : String.join("; ", unfit);
        throw new SetupException("the set-up needs " + WANTED + " with venv and pip, once: " + found
                + ". Install it (Debian, Ubuntu: apt install python3 python3-venv), or name one in NPUQ_PYTHON;"
                + " or set NPUQ_OPENVINO and --model to an OpenVINO and a model of your own");
    }

    /** Whether pip, 24.1 or later, can tell a program how many bytes it has fetched. */
    boolean pipTellsBytes() {
        String[] parts = pipVersion.split("[^0-9]+", 3);
        int major = Integer.parseInt(parts[0]);
        return major > 24 || (major == 24 && Integer.parseInt(parts[1]) >= 1);
    }

    private static Optional<String> trouble(List<String> answer) {
        if (answer.size() != 6 || !answer.get(0).equals("npuq")) {
            return Optional.of("does not run");
        }
        String version = answer.get(2) + "." + answer.get(3);
        int minor = Integer.parseInt(answer.get(3));
        if (!answer.get(1).equals("cpython") || !answer.get(2).equals("3") || minor < MINOR_MIN || minor > MINOR_MAX) {
            return Optional.of("is " + answer.get(1) + " " + version);
        }
        if (!answer.get(4).equals("64")) {
            return Optional.of("is a 32-bit build");
        }
        return answer.get(5).equals("-")
                ? Optional.of("has no venv with pip (Debian, Ubuntu: apt install python" + version + "-venv)")
                : Optional.empty();
    }

    private static List<String> probe(List<String> candidate, Map<String, String> environment) {
        List<String> command = new ArrayList<>(candidate);
        command.addAll(List.of("-I", "-c", PROBE));
        List<String> lines = new ArrayList<>();
        try {
            Child child = Child.run(command, environment, PROBE_LIMIT, lines::add);
            return child.exit() == 0 && lines.size() == 1 ? List.of(lines.get(0).split(" ")) : List.of();
        } catch (IOException e) {
            return List.of(); // no such program, or none that this system runs: it does not fit
        }
    }

    private static List<List<String>> candidates(Map<String, String> environment) {
        String own = environment.getOrDefault("NPUQ_PYTHON", "");
        if (!own.isBlank()) {
            return List.of(List.of(own));
        }
        List<List<String>> found = new ArrayList<>();
        onPath("python3", environment).ifPresent(program -> found.add(List.of(program)));
        onPath("python", environment).ifPresent(program -> found.add(List.of(program)));
        onPath("py", environment).ifPresent(program -> found.add(List.of(program, "-3")));
        for (int minor = MINOR_MAX; minor >= MINOR_MIN; minor--) {
            onPath("python3." + minor, environment).ifPresent(program -> found.add(List.of(program)));
        }
        return found;
    }

    /** Looks in the given environment's path; starting a process would look in this process's own. */
    private static Optional<String> onPath(String program, Map<String, String> environment) {
        String path = environment.getOrDefault("PATH", environment.getOrDefault("Path", ""));
        for (String dir : path.split(java.io.File.pathSeparator, -1)) {
            for (String ending : List.of("", ".exe")) {
                Optional<Path> file = file(dir, program + ending);
                if (file.isPresent()) {
                    return file.map(Path::toString);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Path> file(String dir, String name) {
        try {
            Path file = Path.of(dir).resolve(name);
            return !dir.isBlank() && Files.isRegularFile(file) && Files.isExecutable(file)
                    ? Optional.of(file)
                    : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty(); // such entries are on real Windows paths; the shell passes over them too
        }
    }
}
