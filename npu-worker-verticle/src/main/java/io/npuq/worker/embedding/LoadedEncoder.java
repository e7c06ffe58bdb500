package io.npuq.worker.embedding;

import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.llm.CloseOnFailure;
import io.npuq.worker.llm.ModelDigest;
import io.npuq.worker.openvino.CompiledModel;
import io.npuq.worker.openvino.OpenVino;
import io.npuq.worker.openvino.OpenVinoException;
import io.npuq.worker.openvino.OpenVinoInstall;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/**
 * An encoder that is ready.
 *
 * @param name for people
 * @param digest SHA-256 over its files
 * @param openVino what it runs on; closed with it
 * @param tokenizer its own
 * @param prompt what stands before every text
 * @param encoder the compiled model
 * @param limits what it reads of a text
 * @param dimensions numbers of a vector
 */
record LoadedEncoder(
        String name,
        String digest,
        OpenVino openVino,
        EncoderTokenizer tokenizer,
        DefaultPrompt prompt,
        Encoder encoder,
        EncoderLimits limits,
        int dimensions)
        implements AutoCloseable {
    /** Vectors of one call must fit one message of the engine's pipe. */
    private static final int DIMENSIONS_MAX = 1 << 14;

    /**
     * Loads it, and has it read a text.
     *
     * @throws EngineException {@code MODEL_UNAVAILABLE}, with the reason and the next step
     */
    static LoadedEncoder load(EncoderSettings settings, OpenVinoInstall install) throws EngineException {
        EncoderDirectory model = EncoderDirectory.open(settings.modelDir());
        try (CloseOnFailure opened = new CloseOnFailure()) {
            OpenVino openVino = OpenVino.open(install);
            opened.add(openVino::close);
            LoadedEncoder loaded = load(settings, model, openVino, opened);
            opened.keep();
            return loaded;
        } catch (IOException | OpenVinoException e) {
            throw new EngineException(
                    EngineException.Kind.MODEL_UNAVAILABLE,
                    "cannot load the embedding model \"" + model.name() + "\" on " + settings.device() + ": "
                            + e.getMessage() + ". If its files are damaged, export it again",
                    e);
        }
    }

    private static LoadedEncoder load(
            EncoderSettings settings, EncoderDirectory model, OpenVino openVino, CloseOnFailure opened)
            throws EngineException, IOException {
        checkDevice(settings.device(), openVino.availableDevices());
        Files.createDirectories(settings.cacheDir());
        String digest = ModelDigest.of(model.path(), model.files(), settings.cacheDir());
        EncoderLimits limits = EncoderLimits.read(model);
        EncoderTokenizer tokenizer = new EncoderTokenizer(openVino, model, limits.tokensMax());
        opened.add(tokenizer::close);
        CompiledModel compiled = openVino.compile(
                model.file("openvino_model.xml"),
                model.file("openvino_model.bin"),
                settings.device(),
                compileProperties(settings));
        opened.add(compiled::close);
        Encoder encoder = Encoder.of(compiled, model, limits);
        opened.add(encoder::close);
        DefaultPrompt prompt = DefaultPrompt.read(model);
        int dimensions = encoder.encode(tokenizer.tokenize(List.of("warm up")))[0].length;
        if (dimensions > DIMENSIONS_MAX) {
            throw EncoderDirectory.unavailable("the embedding model \"" + model.name() + "\" makes vectors of "
                    + dimensions + " numbers; at most " + DIMENSIONS_MAX + " are allowed");
        }
        return new LoadedEncoder(model.name(), digest, openVino, tokenizer, prompt, encoder, limits, dimensions);
    }

    /** Exact: in its default mode OpenVINO computes in 16 bits where the processor can, and vectors differ in the third digit. */
    private static Map<String, String> compileProperties(EncoderSettings settings) {
        return Map.of(
                "PERFORMANCE_HINT",
                "LATENCY",
                "EXECUTION_MODE_HINT",
                "ACCURACY",
                "CACHE_DIR",
                settings.cacheDir().toAbsolutePath().toString());
    }

    private static void checkDevice(String device, List<String> available) throws EngineException {
        boolean there = available.stream().anyMatch(name -> name.equals(device) || name.startsWith(device + "."));
        if (!there) {
            throw EncoderDirectory.unavailable("there is no " + device + " for the embedding model (OpenVINO finds "
                    + String.join(", ", available) + "); set embedding_device to one that is there");
        }
    }

    /** The texts as the model reads them, its own prompt before each. */
    List<TokenizedText> tokenize(List<String> texts) {
        return tokenizer.tokenize(prompt.before(texts));
    }

    EngineInfo info(String deviceRequested, double loadMs) {
        String actual = encoder.executionDevices();
        return new EngineInfo(
                name,
                digest,
                openVino.version(),
                openVino.driverVersion(actual).orElse(null),
                deviceRequested,
                actual,
                loadMs,
                null);
    }

    @Override
    public void close() {
        encoder.close();
        tokenizer.close();
        openVino.close();
    }
}
