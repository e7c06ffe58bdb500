package io.npuq.worker.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.worker.models.ModelException.Reason;
import io.npuq.worker.setup.ModelName;
import io.npuq.worker.setup.NpuqHome;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {
    private static final ModelName TINY = new ModelName("tiny");

    @TempDir
    Path dir;

    NpuqHome home;
    Set<Path> inUse = new HashSet<>();
    ModelStore store;

    @BeforeEach
    void putModels() throws IOException {
        home = new NpuqHome(dir);
        store = new ModelStore(home, inUse::contains);
        copy("tiny-qwen2", "tiny", List.of("config.json", "openvino_model.xml", "openvino_detokenizer.xml"));
        copy("tiny-encoder", "acme--encoder+v2", List.of("config.json", "openvino_model.xml", "modules.json"));
    }

    private void copy(String resources, String directory, List<String> files) throws IOException {
        Path model = Files.createDirectories(home.models().resolve(directory));
        for (String file : files) {
            String resource = "/" + resources + "/" + file;
            try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(resource), resource)) {
                Files.copy(in, model.resolve(file));
            }
        }
    }

    @Test
    void modelsTellWhatTheirOwnFilesSayAndNothingElse() throws ModelException {
        List<StoredModel> models = store.list();

        assertEquals(
                List.of("acme/encoder:v2", "tiny"),
                models.stream().map(StoredModel::name).toList());
        StoredModel encoder = models.get(0);
        assertEquals(ModelKind.ENCODER, encoder.facts().kind());
        assertEquals(Optional.of("bert"), encoder.facts().family());
        assertEquals(128, encoder.facts().contextLength().getAsInt());
        StoredModel tiny = models.get(1);
        assertEquals(ModelKind.LLM, tiny.facts().kind());
        assertEquals(Optional.of("INT4_SYM"), tiny.facts().quantization());
        assertEquals(2048, tiny.facts().contextLength().getAsInt());
        assertEquals(Optional.empty(), tiny.facts().parameters());
        assertEquals(Optional.empty(), tiny.digest(), "nobody wrote down its files' hashes");
    }

    @Test
    void filesAndHiddenDirectoriesAreNoModels() throws Exception {
        Files.writeString(home.models().resolve("notes.txt"), "mine");
        Path hidden = Files.createDirectories(home.models().resolve(".unfinished/tiny2"));
        Files.writeString(hidden.resolve("openvino_model.xml"), "<net/>");
        Files.createDirectories(home.models().resolve("empty"));

        assertEquals(2, store.list().size());
    }

    @Test
    void homeWithoutModelsHasNone() throws ModelException {
        assertEquals(List.of(), new ModelStore(new NpuqHome(dir.resolve("new")), path -> false).list());
    }

    @Test
    void deletedModelIsGone() throws ModelException {
        store.delete(TINY);

        assertEquals(Optional.empty(), store.find(TINY));
        assertEquals(
                Reason.NOT_FOUND,
                assertThrows(ModelException.class, () -> store.delete(TINY)).reason());
    }

    @Test
    void modelOfALaneIsNotDeleted() throws ModelException {
        inUse.add(home.models().resolve("tiny"));

        ModelException refused = assertThrows(ModelException.class, () -> store.delete(TINY));

        assertEquals(Reason.IN_USE, refused.reason());
        assertTrue(store.find(TINY).isPresent());
    }

    @Test
    void copyHasTheSameFilesAndOutlivesItsOriginal() throws Exception {
        store.copy(TINY, new ModelName("mine:v1"));
        store.delete(TINY);

        StoredModel copy = store.find(new ModelName("mine:v1")).orElseThrow();
        assertEquals(home.models().resolve("mine+v1"), copy.path());
        assertEquals(Optional.of("INT4_SYM"), copy.facts().quantization());
    }

    @Test
    void copyReplacesNothing() throws ModelException {
        ModelName taken = new ModelName("acme/encoder:v2");

        ModelException refused = assertThrows(ModelException.class, () -> store.copy(TINY, taken));

        assertEquals(Reason.EXISTS, refused.reason());
        assertEquals(ModelKind.ENCODER, store.find(taken).orElseThrow().facts().kind());
    }
}
