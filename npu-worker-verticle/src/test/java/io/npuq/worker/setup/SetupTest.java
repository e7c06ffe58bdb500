package io.npuq.worker.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SetupTest {
    @TempDir
    Path dir;

    TinySetup tiny;

    @BeforeEach
    void makePackages() throws IOException {
        tiny = new TinySetup(dir);
    }

    @AfterEach
    void closeIndex() {
        tiny.close();
    }

    @Test
    void runtimeAndModelAreReadyAfterwardsAndNothingElseIsLeft() throws Exception {
        Installed installed = tiny.ensure();

        assertEquals("library", Files.readString(installed.openVinoRoot().resolve("openvino/libs/libopenvino_c.so.1")));
        assertEquals("<net/>", Files.readString(installed.modelDir().resolve("openvino_model.xml")));
        JsonNode card = new ObjectMapper()
                .readTree(installed.modelDir().resolve("npuq-model.json").toFile());
        assertEquals("tiny", card.path("name").asText());
        assertEquals("Apache-2.0", card.path("licence").asText());
        assertEquals(
                "9d6a064fb2248075588a97f3e7233521dadb5a5eabd1560a849c01b9f4b5c732",
                card.path("files").path("openvino_model.xml").path("sha256").asText());
        assertEquals(List.of(), list(tiny.home.cache()));
        assertEquals(1, list(tiny.home.runtime()).size());
        assertEquals(1, list(tiny.home.models()).size());
        assertTrue(Files.readString(tiny.home.logs().resolve("setup.log")).contains("Successfully installed"));
    }

    @Test
    void secondTimeNeedsNoPythonNoNetworkAndSaysNothing() throws Exception {
        tiny.withPython();
        Installed first = tiny.ensure();
        tiny.progress.clear();
        tiny.index.close();
        tiny.environment.put("NPUQ_PYTHON", "/nowhere/python3");

        assertEquals(first, tiny.ensure());
        assertEquals(List.of(), tiny.progress);
    }

    @Test
    void modelThatLostAFileIsMadeAgainAndTheRuntimeIsLeftAlone() throws Exception {
        tiny.withPython();
        Installed first = tiny.ensure();
        Files.writeString(first.modelDir().resolve("openvino_model.xml"), "");
        Object runtime = Files.getLastModifiedTime(first.openVinoRoot());

        assertEquals(first, tiny.ensure());
        assertEquals("<net/>", Files.readString(first.modelDir().resolve("openvino_model.xml")));
        assertEquals(runtime, Files.getLastModifiedTime(first.openVinoRoot()));
        assertEquals(1, list(tiny.home.models()).size());
    }

    @Test
    void packageWithOtherContentIsNotInstalled() throws Exception {
        tiny.withPython();
        tiny.tamperWith("openvino");

        String message = assertThrows(SetupException.class, tiny::ensure).getMessage();
        assertTrue(message.contains("other content than npuq was made with"), message);
        assertEquals(0, runtimes());
    }

    @Test
    void unreachableIndexIsNamedAndTheNextSetUpWorks() throws Exception {
        tiny.withPython();
        String index = tiny.environment.put("PIP_INDEX_URL", "http://127.0.0.1:1/simple");

        String message = assertThrows(SetupException.class, tiny::ensure).getMessage();
        assertTrue(message.contains("the package index cannot be reached"), message);
        assertTrue(message.contains("setup.log"), message);

        tiny.environment.put("PIP_INDEX_URL", index);
        tiny.ensure();
    }

    @Test
    void missingPythonIsSaidWithWhatToInstall() {
        tiny.environment.put("PATH", dir.toString());

        String message = assertThrows(SetupException.class, tiny::ensure).getMessage();
        assertTrue(message.contains("none was found on PATH"), message);
        assertTrue(message.contains("python3-venv"), message);
    }

    @Test
    void tooLittleDiskIsSaidBeforeAnythingIsFetched() {
        Setup setup = new Setup(tiny.home, tiny.recipe(Long.MAX_VALUE), tiny.environment, line -> {});

        String message = assertThrows(SetupException.class, () -> setup.ensure(TinySetup.MODEL, Optional.empty()))
                .getMessage();
        assertTrue(message.contains("MB of free disk"), message);
        assertEquals(0, tiny.index.fetches("openvino"));
    }

    @Test
    void ownOpenVinoAndOwnModelNeedNothingFromAnyone() throws SetupException, IOException {
        Path openVino = Files.createDirectory(dir.resolve("openvino"));
        Path model = Files.createDirectory(dir.resolve("model"));
        tiny.environment.put("NPUQ_PYTHON", "/nowhere/python3");
        Setup setup = new Setup(tiny.home, tiny.recipe(0), tiny.environment, tiny.progress::add);

        assertEquals(new Installed(openVino, model), setup.ensure(model.toString(), Optional.of(openVino)));
        assertFalse(Files.exists(tiny.home.dir()));
    }

    @Test
    void missingModelAndMissingOpenVinoAreNamed() {
        Setup setup = new Setup(tiny.home, tiny.recipe(0), tiny.environment, line -> {});

        String model = assertThrows(SetupException.class, () -> setup.ensure("phi-9", Optional.empty()))
                .getMessage();
        assertTrue(model.contains("there is no model \"phi-9\""), model);
        Path nowhere = dir.resolve("nowhere");
        String openVino = assertThrows(SetupException.class, () -> setup.ensure("tiny", Optional.of(nowhere)))
                .getMessage();
        assertTrue(openVino.contains("NPUQ_OPENVINO is " + nowhere), openVino);
    }

    @Test
    void modelDirectoryOfSomeoneElseIsNeverReplaced() throws IOException {
        Path foreign = Files.createDirectories(tiny.home.models().resolve("tiny"));
        Files.writeString(foreign.resolve("mine.txt"), "mine");

        String message = assertThrows(SetupException.class, tiny::ensure).getMessage();
        assertTrue(message.contains("was not made by npuq's set-up"), message);
        assertEquals("mine", Files.readString(foreign.resolve("mine.txt")));
    }

    private long runtimes() throws IOException {
        try (Stream<Path> found = Files.list(tiny.home.runtime())) {
            return found.filter(path -> !path.toString().endsWith(".partial")).count();
        }
    }

    private static List<Path> list(Path of) throws IOException {
        try (Stream<Path> found = Files.list(of)) {
            return found.toList();
        }
    }
}
