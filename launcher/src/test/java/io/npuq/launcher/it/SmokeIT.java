package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.worker.engine.TestOverride;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code npuq smoke}: the plan, its verdict, its record, and that nothing of it stays. */
final class SmokeIT {
    @TempDir
    Path home;

    @Test
    void onTheNpusPathTheCounterIsHeldAgainstAReadingFromOutside() throws Exception {
        try (Counter counter = new Counter(home.resolve("busy"));
                ServerProcess smoke = smoke(
                        Npuq.in(home).withJvmOption(new TestOverride(counter.file()).jvmOption()),
                        "NPU",
                        "--require-npu")) {
            counter.grow();
            assertEquals(0, smoke.exitCode(), () -> smoke.output() + smoke.errors());
            Matcher proof = Pattern.compile(
                            "ok +NPU did the work: busy counter: (\\d+) us in the job by npuq, (\\d+) us around")
                    .matcher(smoke.output());
            assertTrue(proof.find(), smoke::output);
            assertTrue(Long.parseLong(proof.group(1)) <= Long.parseLong(proof.group(2)), smoke::output);
            String record = record(smoke);
            assertTrue(record.contains("| busy counter, by npuq | 1"), record);
            assertTrue(record.contains("| verdict | npu_verified |"), record);
            nothingIsLeft(smoke);
        }
    }

    @Test
    void onTheCpuItSaysWhatWasNotProven() throws Exception {
        Path record = home.resolve("of/smoke.md");
        try (ServerProcess smoke = smoke(Npuq.in(home), "CPU", "--record", record.toString())) {
            assertEquals(0, smoke.exitCode(), () -> smoke.output() + smoke.errors());
            assertTrue(
                    smoke.output().contains("not proven  NPU did the work: not proven: CPU ran the job"),
                    smoke::output);
            assertTrue(Files.readString(record).contains("| device that executed it | CPU |"));
            nothingIsLeft(smoke);
        }
    }

    @Test
    void whereTheNpuIsRequiredThatIsAFailure() throws IOException {
        try (ServerProcess smoke = smoke(Npuq.in(home), "CPU", "--require-npu")) {
            assertEquals(1, smoke.exitCode(), smoke::output);
            assertTrue(smoke.output().contains("FAILED      NPU did the work: not proven"), smoke::output);
        }
    }

    private ServerProcess smoke(Npuq npuq, String device, String... more) throws IOException {
        Path temporary = Files.createDirectories(home.resolve("tmp"));
        List<String> arguments = new ArrayList<>(List.of("smoke"));
        arguments.addAll(Npuq.tiny(TinyModel.below(home), device));
        arguments.addAll(List.of(more));
        return npuq.withJvmOption("-Djava.io.tmpdir=" + temporary).start(arguments.toArray(String[]::new));
    }

    private String record(ServerProcess smoke) throws IOException {
        Matcher said = Pattern.compile("record: (\\S+)").matcher(smoke.output());
        assertTrue(said.find(), smoke::output);
        assertTrue(said.group(1).startsWith(home.toString()), smoke::output);
        return Files.readString(Path.of(said.group(1)));
    }

    /** No process of its own, no listener, no directory. */
    private void nothingIsLeft(ServerProcess smoke) throws IOException {
        assertTrue(smoke.output().contains("ok          listener gone: port"), smoke::output);
        assertFalse(
                ProcessHandle.allProcesses()
                        .flatMap(process -> process.info().commandLine().stream())
                        .anyMatch(line -> line.contains(home.toString())),
                "a process of the plan is still there");
        try (Stream<Path> below = Files.list(home.resolve("tmp"))) {
            assertTrue(below.noneMatch(path -> path.getFileName().toString().startsWith("npuq-smoke-")));
        }
    }
}
