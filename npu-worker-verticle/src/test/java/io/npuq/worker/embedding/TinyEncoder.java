package io.npuq.worker.embedding;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.Embedding;
import io.npuq.schema.EmbeddingVector;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Json;
import io.npuq.worker.TestRuntime;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.openvino.OpenVinoInstall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The tiny encoder of the test resources, and what PyTorch makes of its reference texts. */
final class TinyEncoder {
    /** Most that a number may differ from PyTorch's, which the reference gives with six digits. */
    static final double TOLERANCE = 1e-5;

    private TinyEncoder() {}

    /**
     * One line of the reference.
     *
     * @param text the text
     * @param tokens how many tokens the model read
     * @param expected PyTorch's
     */
    record Reference(String text, int tokens, EmbeddingVector expected) {
        float[] vector() {
            return expected.toArray();
        }
    }

    static Path directory() {
        return resource("tiny-encoder");
    }

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(TinyEncoder.class.getResource("/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<Reference> references() {
        try (Stream<String> lines = Files.lines(resource("tiny-encoder-reference.jsonl"))) {
            return lines.map(TinyEncoder::reference).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reference reference(String line) {
        try {
            JsonNode json = Json.MAPPER.readTree(line);
            float[] vector = new float[json.get("embedding").size()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = json.get("embedding").get(i).floatValue();
            }
            return new Reference(json.get("text").textValue(), json.get("ids").size(), EmbeddingVector.of(vector));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A copy that a test may change. */
    static Path copyBelow(Path directory) throws IOException {
        Path copy = directory.resolve("tiny-encoder");
        List<Path> files;
        try (Stream<Path> all = Files.walk(directory())) {
            files = new ArrayList<>(all.toList());
        }
        for (Path file : files) {
            Files.copy(file, copy.resolve(directory().relativize(file).toString()));
        }
        return copy;
    }

    /** Puts the graph that pools in the place of the copy's. */
    static void pooledInto(Path copy) throws IOException {
        for (String file : List.of("openvino_model.xml", "openvino_model.bin")) {
            Files.copy(
                    resource("pooled-encoder").resolve(file), copy.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    static EmbeddingEngine engine(Path model, Path cache) {
        return new EmbeddingEngine(
                () -> OpenVinoInstall.find(TestRuntime.openVino()),
                new EncoderSettings(model, "CPU", cache),
                System::nanoTime);
    }

    static EmbeddingEngine loaded(Path model, Path cache) throws EngineException {
        EmbeddingEngine engine = engine(model, cache);
        engine.load();
        return engine;
    }

    static Generated generate(Engine engine, List<String> texts) throws EngineException {
        return engine.generate(Generation.of(JobRequest.embedding(texts)), text -> {}, new CancelSignal());
    }

    static Embedding embed(Engine engine, String text) throws EngineException {
        return generate(engine, List.of(text)).embeddings().get(0);
    }

    /** The largest difference of two numbers at the same place. */
    static double distance(Embedding embedding, float[] vector) {
        float[] values = embedding.vector().toArray();
        if (values.length != vector.length) {
            throw new AssertionError(values.length + " numbers, not " + vector.length);
        }
        double largest = 0;
        for (int i = 0; i < values.length; i++) {
            largest = Math.max(largest, Math.abs((double) values[i] - vector[i]));
        }
        return largest;
    }
}
