package io.npuq.worker.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.config.DeviceChoice;
import io.npuq.schema.config.EngineConfig.NpuProperties;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadFailureTest {
    @TempDir
    private Path directory;

    private Path model;

    @BeforeEach
    void copyModel() throws IOException {
        model = Files.createDirectory(directory.resolve("copied"));
        try (Stream<Path> files = Files.list(TinyModel.directory())) {
            for (Path file : files.toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
    }

    @Test
    void aMissingDirectoryIsNamed() throws IOException {
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(model);
        assertSays("no model directory", model.toString(), "npuq pull");
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        Files.delete(model.resolve("openvino_model.bin"));
        Files.delete(model.resolve("openvino_tokenizer.xml"));
        assertSays("lacks openvino_model.bin, openvino_tokenizer.xml", model.toString());
    }

    @Test
    void aGraphThatIsNoXmlIsAClearError() throws IOException {
        Files.writeString(model.resolve("openvino_model.xml"), "<net><layers>");
        assertSays("copied", "openvino_model.xml", "npuq pull");
    }

    @Test
    void weightsThatAreCutOffAreAClearError() throws IOException {
        try (FileChannel bin = FileChannel.open(model.resolve("openvino_model.bin"), StandardOpenOption.WRITE)) {
            bin.truncate(1_000);
        }
        assertSays("copied", "fetch it again");
    }

    @Test
    void aBrokenTokenizerIsAClearError() throws IOException {
        Files.writeString(model.resolve("openvino_tokenizer.xml"), "<net/>");
        assertSays("copied", "fetch it again");
    }

    @Test
    void aDeviceThatIsNotThereIsNamedWithThoseThatAre() {
        String message = messageOf(DeviceChoice.NPU, EngineException.Kind.DEVICE_UNAVAILABLE);
        assertTrue(message.contains("there is no NPU") && message.contains("CPU"), message);
    }

    @Test
    void aModelWhoseQuantizationTheNpuWillNotTakeIsRefusedThereInOneSentenceAndTakenElsewhere()
            throws IOException, EngineException {
        Path xml = model.resolve("openvino_model.xml");
        Files.writeString(xml, Files.readString(xml).replace("<mode value=\"int4_sym\"", "<mode value=\"int8_asym\""));
        Map<String, String> npuOnCpu = Map.of("NPUW_DEVICES", "CPU", "NPUW_ONLINE_PIPELINE", "NONE");
        try (OpenVinoEngine engine = TinyModel.engine(new LlmSettings(
                model, DeviceChoice.NPU, NpuProperties.DEFAULT, 1_800, directory.resolve("cache"), npuOnCpu))) {
            EngineException e = assertThrows(EngineException.class, engine::load);
            String message = String.valueOf(e.getMessage());
            assertTrue(message.startsWith("model \"copied\" is not for the NPU: "), message);
            assertTrue(message.contains("INT4 symmetric") && message.contains("int8_asym"), message);
        }
        try (OpenVinoEngine engine = TinyModel.engine(settings(DeviceChoice.CPU))) {
            assertEquals("CPU", engine.load().deviceActual());
        }
    }

    @Test
    void autoTakesWhatIsThereAndSaysSo() throws EngineException {
        try (OpenVinoEngine engine = TinyModel.engine(settings(DeviceChoice.AUTO))) {
            EngineInfo info = engine.load();
            assertEquals("AUTO", info.deviceRequested());
            assertEquals("CPU", info.deviceActual());
        }
    }

    @Test
    void aFailedLoadCanBeFollowedByAnother() throws IOException, EngineException {
        Path xml = model.resolve("openvino_model.xml");
        byte[] good = Files.readAllBytes(xml);
        Files.writeString(xml, "<net>");
        OpenVinoEngine engine = TinyModel.engine(settings(DeviceChoice.CPU));
        assertThrows(EngineException.class, engine::load);
        Files.write(xml, good);
        assertEquals("CPU", engine.load().deviceActual());
        engine.close();
    }

    private void assertSays(String... parts) {
        String message = messageOf(DeviceChoice.CPU, EngineException.Kind.MODEL_UNAVAILABLE);
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private String messageOf(DeviceChoice device, EngineException.Kind kind) {
        try (OpenVinoEngine engine = TinyModel.engine(settings(device))) {
            EngineException e = assertThrows(EngineException.class, engine::load);
            assertEquals(kind, e.kind());
            return String.valueOf(e.getMessage());
        }
    }

    private LlmSettings settings(DeviceChoice device) {
        return new LlmSettings(
                model, device, NpuProperties.DEFAULT, Integer.MAX_VALUE, directory.resolve("cache"), Map.of());
    }
}
