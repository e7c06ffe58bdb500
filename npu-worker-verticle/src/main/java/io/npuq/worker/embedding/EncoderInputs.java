package io.npuq.worker.embedding;

import io.npuq.worker.openvino.InferRequest;
import io.npuq.worker.openvino.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The input tensors of one inference, of shape [texts, tokens of the longest]. Models differ in which they want; a tokenizer gives only
 * the tokens.
 */
final class EncoderInputs implements AutoCloseable {
    static final String IDS = "input_ids";
    static final String MASK = "attention_mask";
    static final String TYPES = "token_type_ids";
    static final String POSITIONS = "position_ids";

    /** All that npuq can give. */
    static final Set<String> KNOWN = Set.of(IDS, MASK, TYPES, POSITIONS);

    private final List<TokenizedText> texts;
    private final int width;
    private final List<Tensor> tensors = new ArrayList<>();

    EncoderInputs(List<TokenizedText> texts) {
        this.texts = texts;
        this.width = texts.stream().mapToInt(TokenizedText::tokens).max().orElse(0);
    }

    /** Tokens of the longest text. */
    int width() {
        return width;
    }

    /** Gives the request those inputs that the model wants. */
    void bind(InferRequest request, Set<String> wanted, long padding) {
        for (String name : wanted) {
            long[] values = new long[texts.size() * width];
            for (int text = 0; text < texts.size(); text++) {
                fill(values, text * width, texts.get(text), name, padding);
            }
            Tensor tensor = Tensor.longs(texts.size(), width);
            tensors.add(tensor);
            tensor.setLongs(values);
            request.setInput(name, tensor);
        }
    }

    private void fill(long[] values, int from, TokenizedText text, String name, long padding) {
        switch (name) {
            case IDS -> {
                for (int i = 0; i < width; i++) {
                    values[from + i] = i < text.tokens() ? text.token(i) : padding;
                }
            }
            case MASK -> Arrays.fill(values, from, from + text.tokens(), 1);
            case POSITIONS -> {
                for (int i = 0; i < width; i++) {
                    values[from + i] = i;
                }
            }
            default -> {} // One segment: its number is zero.
        }
    }

    @Override
    public void close() {
        tensors.forEach(Tensor::close);
    }
}
