package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code npuq run}: one job, the contract's JSON on standard output, and an exit code that scripts rely on. */
final class RunCommandIT {
    private static final String TEXT = "The mail server in Osaka is slow since noon.";
    private static final int INVALID_INPUT = 2;
    private static final int NO_GENERATION = 3;
    private static final int NPU_UNPROVEN = 4;

    @TempDir
    Path home;

    @Test
    void onTheCpuItMakesTextAndExitsWith4() throws IOException {
        try (ServerProcess run = run(TinyModel.below(home), "--input", TEXT)) {
            assertEquals(NPU_UNPROVEN, run.exitCode(), run::errors);
            JsonNode answer = answer(run);
            assertEquals(WorkerContractIT.with("device_actual", "error"), keys(answer));
            assertEquals("CPU", answer.path("device_actual").asText());
            assertFalse(answer.path("text").asText().isBlank(), answer::toString);
        }
    }

    @Test
    void withAllowFallbackThatIs0() throws IOException {
        Path file = Files.writeString(home.resolve("input.txt"), TEXT);
        try (ServerProcess run = run(TinyModel.below(home), "--input", "@" + file, "--allow-fallback")) {
            assertEquals(0, run.exitCode(), run::errors);
            assertEquals(WorkerContractIT.with("device_actual"), keys(answer(run)));
        }
    }

    @Test
    void invalidInputIs2AndNamesWhatIsWrong() {
        assertFails(INVALID_INPUT, "poem", start("run", "--job", "poem", "--input", TEXT, "--device", "BUILTIN"));
        assertFails(INVALID_INPUT, "input", start("run", "--job", "title", "--input", "", "--device", "BUILTIN"));
        assertFails(
                INVALID_INPUT,
                "/no/such/file",
                start("run", "--job", "title", "--input", "@/no/such/file", "--device", "BUILTIN"));
    }

    @Test
    void aMissingModelIs3() {
        assertFails(NO_GENERATION, "no-such-model", run(home.resolve("no-such-model"), "--input", TEXT));
    }

    @Test
    void aBrokenModelIs3() throws IOException {
        Path model = TinyModel.below(home);
        Files.writeString(model.resolve("openvino_model.xml"), "this is no model");
        assertFails(NO_GENERATION, "\"tiny-qwen2\"", run(model, "--input", TEXT));
    }

    private ServerProcess run(Path model, String... more) {
        List<String> arguments = new ArrayList<>(List.of("run", "--job", "title"));
        arguments.addAll(Npuq.tiny(model, "CPU"));
        arguments.addAll(List.of(more));
        return start(arguments.toArray(String[]::new));
    }

    private ServerProcess start(String... arguments) {
        return Npuq.in(home).start(arguments);
    }

    private static void assertFails(int exitCode, String subject, ServerProcess run) {
        try (run) {
            assertEquals(exitCode, run.exitCode(), run::errors);
            List<String> complaints =
                    run.errors().lines().filter(l -> l.startsWith("npuq: ")).toList();
            assertEquals(1, complaints.size(), run::errors);
            assertTrue(complaints.get(0).contains(subject), run::errors);
            assertTrue(run.errors().lines().noneMatch(line -> line.startsWith("\tat ")), run::errors);
            assertEquals("", run.output());
        }
    }

    private static JsonNode answer(ServerProcess run) throws IOException {
        return Json.MAPPER.readTree(run.output());
    }

    private static List<String> keys(JsonNode answer) {
        return answer.properties().stream().map(Map.Entry::getKey).toList();
    }
}
