package io.npuq.worker.embedding;

import io.npuq.worker.engine.EngineException;
import io.npuq.worker.openvino.CompiledModel;
import io.npuq.worker.openvino.InferRequest;
import io.npuq.worker.openvino.Tensor;
import java.util.List;
import java.util.Set;

/**
 * The compiled encoder, and what turns its output into one vector a text. An export may end in vectors of tokens, which are pooled and
 * normalized here, or hold the model's modules in its graph and end in vectors of texts, which are taken as they are.
 */
final class Encoder implements AutoCloseable {
    /** Output of a graph that holds the model's modules. */
    private static final String TEXT_VECTORS = "sentence_embedding";

    private static final List<String> TOKEN_VECTORS = List.of("last_hidden_state", "token_embeddings");
    private static final SentenceModules TAKEN_AS_THEY_ARE = new SentenceModules(Pooling.CLS, false);

    /** What PyTorch divides by where a vector has no length. */
    private static final double NORM_MIN = 1e-12;

    private final CompiledModel model;
    private final InferRequest request;
    private final Set<String> inputs;
    private final String output;
    private final SentenceModules modules;
    private final long padding;
    private float[] states = new float[0];

    private Encoder(CompiledModel model, String output, SentenceModules modules, EncoderLimits limits) {
        this.model = model;
        this.request = model.newRequest();
        this.inputs = model.inputNames();
        this.output = output;
        this.modules = modules;
        this.padding = limits.padding();
    }

    /**
     * An encoder over the compiled model, which is closed with it.
     *
     * @throws EngineException {@code MODEL_UNAVAILABLE} when it is none, or one that npuq cannot feed
     */
    static Encoder of(CompiledModel model, EncoderDirectory directory, EncoderLimits limits) throws EngineException {
        Set<String> inputs = model.inputNames();
        if (!EncoderInputs.KNOWN.containsAll(inputs) || !inputs.contains(EncoderInputs.IDS)) {
            throw noEncoder(directory, "inputs", inputs);
        }
        Set<String> outputs = model.outputNames();
        if (outputs.contains(TEXT_VECTORS)) {
            return new Encoder(model, TEXT_VECTORS, TAKEN_AS_THEY_ARE, limits);
        }
        for (String states : TOKEN_VECTORS) {
            if (outputs.contains(states)) {
                return new Encoder(model, states, SentenceModules.read(directory), limits);
            }
        }
        throw noEncoder(directory, "outputs", outputs);
    }

    private static EngineException noEncoder(EncoderDirectory directory, String what, Set<String> names) {
        return EncoderDirectory.unavailable("the model \"" + directory.name() + "\" is no text encoder: its " + what
                + " are " + String.join(", ", names)
                + "; export one with optimum-cli export openvino --task feature-extraction");
    }

    String executionDevices() {
        return model.executionDevices();
    }

    /** The vectors of these texts, in one inference. Each text has a token. */
    float[][] encode(List<TokenizedText> texts) {
        try (EncoderInputs given = new EncoderInputs(texts)) {
            given.bind(request, inputs, padding);
            request.infer();
            try (Tensor out = request.output(output)) {
                return vectors(out, texts, output.equals(TEXT_VECTORS) ? 1 : given.width());
            }
        }
    }

    /**
     * Reads what counts of the output.
     *
     * @param stride vectors of a text in the output, those of padding included
     */
    private float[][] vectors(Tensor out, List<TokenizedText> texts, int stride) {
        int dimensions = out.size() / (texts.size() * stride);
        float[][] vectors = new float[texts.size()][];
        for (int text = 0; text < vectors.length; text++) {
            int rows = modules.pooling().rows(texts.get(text).tokens());
            if (states.length < rows * dimensions) {
                states = new float[rows * dimensions];
            }
            out.copy((long) text * stride * dimensions, states, rows * dimensions);
            vectors[text] = modules.pooling().pool(states, rows, dimensions);
            if (modules.normalize()) {
                normalize(vectors[text]);
            }
        }
        return vectors;
    }

    private static void normalize(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        float factor = (float) (1 / Math.max(Math.sqrt(squares), NORM_MIN));
        for (int i = 0; i < vector.length; i++) {
            vector[i] *= factor;
        }
    }

    @Override
    public void close() {
        request.close();
        model.close();
    }
}
