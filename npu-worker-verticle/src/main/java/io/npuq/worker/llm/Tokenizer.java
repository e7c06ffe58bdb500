package io.npuq.worker.llm;

import io.npuq.worker.openvino.CompiledModel;
import io.npuq.worker.openvino.InferRequest;
import io.npuq.worker.openvino.OpenVino;
import io.npuq.worker.openvino.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The model's own tokenizer and detokenizer, both on the CPU. Any thread may use it. */
final class Tokenizer implements AutoCloseable {
    private final CompiledModel tokenizer;
    private final CompiledModel detokenizer;
    private final InferRequest encode;
    private final InferRequest decode;
    /** Special tokens, such as begin-of-text, that the tokenizer puts before every text. */
    private final int openingTokens;

    Tokenizer(OpenVino openVino, ModelDirectory model) {
        tokenizer = compile(openVino, model, "openvino_tokenizer");
        detokenizer = compile(openVino, model, "openvino_detokenizer");
        encode = tokenizer.newRequest();
        decode = detokenizer.newRequest();
        int[] letter = encode("a");
        openingTokens = (int)
                Arrays.stream(letter).takeWhile(token -> text(token).isEmpty()).count();
    }

    private static CompiledModel compile(OpenVino openVino, ModelDirectory model, String name) {
        return openVino.compile(
                model.file(name + ".xml"), model.file(name + ".bin"), "CPU", Map.of("PERFORMANCE_HINT", "LATENCY"));
    }

    /** The tokens of a whole prompt. Special tokens written in it, such as those of a chat template, count as such. */
    synchronized int[] prompt(String text) {
        int[] tokens = encode(text);
        // A template that writes the begin-of-text token itself must not get a second one from the tokenizer.
        boolean doubled = openingTokens == 1 && tokens.length > 1 && tokens[0] == tokens[1];
        return doubled ? Arrays.copyOfRange(tokens, 1, tokens.length) : tokens;
    }

    /** The tokens of a text that goes on from others: without the special tokens that open a prompt. */
    synchronized int[] continuation(String text) {
        int[] tokens = encode(text);
        return Arrays.copyOfRange(tokens, Math.min(openingTokens, tokens.length), tokens.length);
    }

    private int[] encode(String text) {
        if (text.isEmpty()) {
            return new int[0];
        }
        try (Tensor input = Tensor.text(text)) {
            encode.setInput(0, input);
            encode.infer();
        }
        try (Tensor output = encode.output("input_ids")) {
            return output.toInts();
        }
    }

    /** The text of these tokens, without special ones. Broken UTF-8 is U+FFFD in it, or missing, as the model's detokenizer has it. */
    synchronized String text(int... tokens) {
        return tokens.length == 0 ? "" : texts(1, tokens).get(0);
    }

    /** The texts of a token followed by each token of the vocabulary, in the order of their ids. */
    synchronized List<String> textsBehind(int token, int vocabulary) {
        int[] pairs = new int[2 * vocabulary];
        Arrays.setAll(pairs, i -> i % 2 == 0 ? token : i / 2);
        return texts(vocabulary, pairs);
    }

    private List<String> texts(int rows, int[] tokens) {
        try (Tensor ids = Tensor.longs(rows, tokens.length / rows)) {
            ids.setLongs(Arrays.stream(tokens).asLongStream().toArray());
            decode.setInput(0, ids);
            decode.infer();
        }
        try (Tensor output = decode.output(0)) {
            return output.toTexts().stream()
                    .map(text -> new String(text, StandardCharsets.UTF_8))
                    .toList();
        }
    }

    @Override
    public synchronized void close() {
        decode.close();
        encode.close();
        detokenizer.close();
        tokenizer.close();
    }
}
