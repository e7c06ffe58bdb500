package io.npuq.worker.llm;

import io.npuq.worker.openvino.InferRequest;
import io.npuq.worker.openvino.Tensor;
import java.util.Arrays;

/**
 * One conversation with the model. Tokens are fed, and inferred only when logits are wanted: a prompt and the fixed text that follows it
 * go in as one.
 */
final class Session implements AutoCloseable {
    private final LanguageModel model;
    private final InferRequest request;
    private final Tensor ids;
    private final Tensor mask;
    private final Tensor positions;
    private final Tensor beam;
    private final int[] tokens;
    private float[] logits = new float[0];
    private int fed;
    private int inferred;
    private boolean failed;

    /**
     * Starts empty.
     *
     * @param tokensMax most tokens that will be fed
     */
    Session(LanguageModel model, InferRequest request, int tokensMax) {
        this.model = model;
        this.request = request;
        tokens = new int[tokensMax];
        ids = Tensor.longs(1, tokensMax);
        mask = Tensor.longs(1, tokensMax);
        positions = Tensor.longs(1, tokensMax);
        beam = Tensor.ints(1);
        long[] ones = new long[tokensMax];
        Arrays.fill(ones, 1);
        mask.setLongs(ones);
        beam.setInts(0);
        bind("input_ids", ids);
        bind("attention_mask", mask);
        bind("position_ids", positions);
        bind("beam_idx", beam);
    }

    private void bind(String input, Tensor tensor) {
        if (model.takes(input)) {
            request.setInput(input, tensor);
        }
    }

    /** Adds tokens behind those that were fed before. */
    void feed(int... more) {
        System.arraycopy(more, 0, tokens, fed, more.length);
        fed += more.length;
    }

    /**
     * Infers what was fed since the last time. It runs to its end: cancelling a running inference leaves OpenVINO's CPU plugin unable to
     * run the next one, so a stop lands between tokens on every device.
     */
    void infer() {
        while (inferred < fed) {
            inferNext(nextCount());
        }
    }

    /** The NPU plugin takes a first batch up to its prompt length, then one token at a time; others take all at once. */
    private int nextCount() {
        int waiting = fed - inferred;
        if (!model.isNpu()) {
            return waiting;
        }
        return inferred == 0 ? Math.min(waiting, model.limits().promptTokensMax()) : 1;
    }

    private void inferNext(int count) {
        long[] values = new long[count];
        Arrays.setAll(values, i -> tokens[inferred + i]);
        ids.reshape(1, count);
        ids.setLongs(values);
        Arrays.setAll(values, i -> (long) inferred + i);
        positions.reshape(1, count);
        positions.setLongs(values);
        mask.reshape(1, (long) inferred + count);
        failed = true;
        request.infer();
        failed = false;
        inferred += count;
        readLogits();
    }

    private void readLogits() {
        try (Tensor output = request.output("logits")) {
            if (logits.length == 0) {
                long[] shape = output.shape();
                logits = new float[Math.toIntExact(shape[shape.length - 1])];
            }
            output.copyLast(logits);
        }
    }

    /** What the model says of the next token, by token id. The array is the session's own, and is overwritten by the next inference. */
    float[] logits() {
        return logits;
    }

    @Override
    public void close() {
        model.giveBack(request, failed);
        beam.close();
        positions.close();
        mask.close();
        ids.close();
    }
}
