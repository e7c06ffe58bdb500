package io.npuq.worker.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a model's files. */
class ModelFilesTest {
    @TempDir
    private Path directory;

    private Path cache;
    private ModelDirectory model;

    @BeforeEach
    void copyModel() throws IOException {
        cache = Files.createDirectory(directory.resolve("cache"));
        Path copy = Files.createDirectory(directory.resolve("copied"));
        try (Stream<Path> files = Files.list(TinyModel.directory())) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        model = new ModelDirectory(copy);
    }

    @Test
    void theDigestIsOfNamesAndContentAndNotOfTheDirectory() throws IOException {
        String digest = ModelDigest.of(model, cache);
        assertEquals(digest, ModelDigest.of(new ModelDirectory(TinyModel.directory()), cache));
        Files.writeString(model.file("config.json"), "{}");
        assertNotEquals(digest, ModelDigest.of(model, cache));
    }

    @Test
    void theDigestIsRememberedAsLongAsSizesAndTimesStay() throws IOException {
        String digest = ModelDigest.of(model, cache);
        Path file = model.file("chat_template.jinja");
        FileTime time = Files.getLastModifiedTime(file);
        byte[] content = Files.readAllBytes(file);
        content[0]++;
        Files.write(file, content);
        Files.setLastModifiedTime(file, time);
        assertEquals(digest, ModelDigest.of(model, cache));
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        assertNotEquals(digest, ModelDigest.of(model, cache));
    }

    @Test
    void endOfTurnIsOneOrAListAndTheNextFileAnswersForOneThatDoesNot() throws IOException {
        assertEquals(Set.of(2), EndOfTurn.idsOf(model));
        write("generation_config.json", "{\"eos_token_id\": [7, 9]}");
        assertEquals(Set.of(7, 9), EndOfTurn.idsOf(model));
        write("generation_config.json", "{}");
        write("config.json", "{\"eos_token_id\": 5}");
        assertEquals(Set.of(5), EndOfTurn.idsOf(model));
        Files.delete(model.file("config.json"));
        assertEquals(Set.of(2), EndOfTurn.idsOf(model));
    }

    @Test
    void theNpuHasNothingAgainstTheTinyModel() throws IOException {
        IrGraph graph = IrGraph.read(model.modelXml());
        Quantization quantization = Quantization.of(model, graph);
        assertEquals(new Quantization("int4_sym", "1.0", "-1"), quantization);
        assertTrue(quantization.npuComplaint().isEmpty());
        assertEquals(new KvAxes(0, 2), KvAxes.of(graph));
    }

    @Test
    void otherQuantizationIsComplainedOfInASentence() throws IOException {
        String complaint =
                new Quantization("int8_asym", "1.0", "-1").npuComplaint().orElseThrow();
        assertTrue(complaint.contains("INT4 symmetric") && complaint.contains("int8_asym"), complaint);
        assertTrue(new Quantization("int4_sym", "0.8", "128").npuComplaint().isPresent());
        assertTrue(new Quantization("int4_sym", "1.0", "64").npuComplaint().isPresent());
        write(
                "openvino_config.json",
                "{\"quantization_config\":{\"bits\":4,\"sym\":true,\"ratio\":1.0,\"group_size\":128}}");
        Files.writeString(model.modelXml(), "<net><layers/><edges/></net>");
        assertEquals(
                new Quantization("int4_sym", "1.0", "128"), Quantization.of(model, IrGraph.read(model.modelXml())));
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(model.file(name), content);
    }
}
