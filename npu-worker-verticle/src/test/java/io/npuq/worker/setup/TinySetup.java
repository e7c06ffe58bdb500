package io.npuq.worker.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A set-up of three small packages from an index of the test's own, in this JVM or in one that can be killed. */
final class TinySetup implements AutoCloseable {
    static final String MODEL = "tiny";

    /** Asks the index for {@code /converting}, so that a test knows of it and can hold it there. */
    private static final String CONVERSION = """
            import os, sys, urllib.request
            import tinymodel
            urllib.request.urlopen(os.environ["TINY_INDEX"] + "/converting").read()
            with open(os.path.join(sys.argv[2], "openvino_model.xml"), "w") as file:
                file.write(tinymodel.TEXT)
            """;

    final TinyIndex index = new TinyIndex();
    final NpuqHome home;
    final List<String> progress = new CopyOnWriteArrayList<>();
    final Map<String, String> environment = new HashMap<>();
    private final Path dir;
    private final String requirements;

    TinySetup(Path dir) throws IOException {
        this.dir = dir;
        this.home = new NpuqHome(dir.resolve("a home"));
        this.requirements = "## runtime\n" + index.add("openvino", "openvino/libs/libopenvino_c.so.1", "library")
                + "## conversion\n" + index.add("tinyconverter", "tinyconverter.py", "")
                + "## model\n" + index.add("tinymodel", "tinymodel.py", "TEXT = '<net/>'");
        System.getenv().forEach((name, value) -> {
            if (!name.startsWith("PIP_") && !name.startsWith("NPUQ_")) {
                environment.put(name, value);
            }
        });
        environment.put("PIP_CONFIG_FILE", "/dev/null");
        environment.put("PIP_RETRIES", "1");
        environment.put("PIP_INDEX_URL", index.url() + "/simple");
        environment.put("TINY_INDEX", index.url());
        environment.put("no_proxy", "127.0.0.1");
    }

    /** Spares a test the seconds that a virtual environment takes: gives it one that was made once, by the same code. */
    TinySetup withPython() throws SetupException, IOException {
        Path shared = Files.createDirectories(Path.of("target/setup-tests").toAbsolutePath());
        try (SetupLog log = new SetupLog(shared.resolve("setup.log"))) {
            Path python = Path.of(new PythonTools(shared, environment, log, line -> {}).environment())
                    .getParent()
                    .getParent();
            Path work = Files.createDirectories(home.cache().resolve("setup"));
            Files.createSymbolicLink(work.resolve(python.getFileName()), python);
        }
        return this;
    }

    Installed ensure() throws SetupException {
        return ensure(progress::add);
    }

    Installed ensure(Consumer<String> lines) throws SetupException {
        return new Setup(home, recipe(0), environment, lines).ensure(MODEL, Optional.empty());
    }

    Recipe recipe(long diskBytes) {
        return new Recipe(requirements, CONVERSION, "tinymodel", MODEL, "the test", "Apache-2.0", diskBytes);
    }

    /** The index then has other content than the requirements' hash says. */
    void tamperWith(String name) {
        index.add(name, name + ".py", "TEXT = 'changed on the way'");
    }

    /** The same set-up in a JVM of its own, which {@link Process#destroyForcibly} kills as {@code kill -9} does. */
    Process inOtherJvm() throws IOException {
        Path given = Files.writeString(dir.resolve("given.txt"), requirements);
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        TinySetup.class.getName(),
                        home.dir().toString(),
                        given.toString())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("other-jvm.txt").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Sets up, in a JVM of its own: the home, and the requirements file. */
    public static void main(String[] arguments) throws IOException, SetupException {
        Recipe recipe = new Recipe(
                Files.readString(Path.of(arguments[1])), CONVERSION, "tinymodel", MODEL, "the test", "Apache-2.0", 0);
        new Setup(new NpuqHome(Path.of(arguments[0])), recipe, System.getenv(), line -> {})
                .ensure(MODEL, Optional.empty());
    }

    @Override
    public void close() {
        index.close();
    }
}
