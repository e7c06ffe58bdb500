package io.npuq.worker.embedding;

import io.npuq.worker.openvino.CompiledModel;
import io.npuq.worker.openvino.InferRequest;
import io.npuq.worker.openvino.OpenVino;
import io.npuq.worker.openvino.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The model's own tokenizer, on the CPU. What the model cannot read of a long text is cut off here: the tokenizer's graph may not. */
final class EncoderTokenizer implements AutoCloseable {
    private final CompiledModel tokenizer;
    private final InferRequest request;
    private final int tokensMax;
    /** Special tokens that end every text; they stay when a text is cut. */
    private final int[] closing;
    /** Whether the tokenizer's graph cuts by itself, so that a text which fills the limit may have been longer. */
    private final boolean cutsItself;

    EncoderTokenizer(OpenVino openVino, EncoderDirectory model, int tokensMax) {
        tokenizer = openVino.compile(
                model.file("openvino_tokenizer.xml"),
                model.file("openvino_tokenizer.bin"),
                "CPU",
                Map.of("PERFORMANCE_HINT", "LATENCY"));
        request = tokenizer.newRequest();
        this.tokensMax = tokensMax;
        List<int[]> probes = encode(List.of("", "a", "a ".repeat(tokensMax + 1)));
        closing = commonEnd(probes.get(0), probes.get(1));
        cutsItself = probes.get(2).length <= tokensMax;
    }

    private static int[] commonEnd(int[] one, int[] other) {
        int length = 0;
        while (length < Math.min(one.length, other.length)
                && one[one.length - 1 - length] == other[other.length - 1 - length]) {
            length++;
        }
        return Arrays.copyOfRange(one, one.length - length, one.length);
    }

    /** The texts as the model reads them: the first tokens, and the closing ones, of those that are too long. */
    List<TokenizedText> tokenize(List<String> texts) {
        return encode(texts).stream().map(this::cut).toList();
    }

    private TokenizedText cut(int[] ids) {
        if (ids.length <= tokensMax) {
            return new TokenizedText(ids, cutsItself && ids.length == tokensMax);
        }
        int[] kept = Arrays.copyOf(ids, tokensMax);
        System.arraycopy(closing, 0, kept, tokensMax - closing.length, closing.length);
        return new TokenizedText(kept, true);
    }

    private List<int[]> encode(List<String> texts) {
        try (Tensor input = Tensor.texts(texts)) {
            request.setInput(0, input);
            request.infer();
        }
        try (Tensor ids = request.output("input_ids");
                Tensor mask = request.output("attention_mask")) {
            return rows(ids.toInts(), mask.toInts(), texts.size());
        }
    }

    /** The tokenizer fills up shorter texts, on whichever side; the mask says what is text. */
    private static List<int[]> rows(int[] ids, int[] mask, int texts) {
        int width = ids.length / texts;
        List<int[]> rows = new ArrayList<>(texts);
        for (int text = 0; text < texts; text++) {
            int[] row = new int[width];
            int length = 0;
            for (int i = text * width; i < (text + 1) * width; i++) {
                if (mask[i] != 0) {
                    row[length++] = ids[i];
                }
            }
            rows.add(Arrays.copyOf(row, length));
        }
        return rows;
    }

    @Override
    public void close() {
        request.close();
        tokenizer.close();
    }
}
