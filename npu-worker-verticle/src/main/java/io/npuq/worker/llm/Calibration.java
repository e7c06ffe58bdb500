package io.npuq.worker.llm;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.Sampling;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.engine.Stopwatch;
import io.npuq.worker.llm.guide.Guide;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;

/**
 * What a model would choose whatever the input: the log-probability of each option under inputs that say nothing. Taken off, what is left is
 * what the input says (contextual calibration; Zhao et al., "Calibrate Before Use", 2021). Without it a small model finds every
 * notification an {@code info}.
 */
final class Calibration {
    /** For a guide whose choices stay as the model makes them. */
    static final Calibration NONE = new Calibration(Map.of());

    /** Inputs that say nothing, from the paper. */
    private static final List<String> CONTENT_FREE = List.of("N/A", "[MASK]");

    private static final int TOKENS_MAX = 96;

    /** By the choice's place in the guide and the token: the mean log-probability. */
    private final Map<Integer, Map<Integer, Float>> usual;

    private Calibration(Map<Integer, Map<Integer, Float>> usual) {
        this.usual = usual;
    }

    /** Asks the model; that takes two tokens an input. */
    static Calibration of(LoadedModel model, Prompts prompts, LongSupplier nanos) {
        Calibration recorded = new Calibration(new HashMap<>());
        for (String text : CONTENT_FREE) {
            JobInput input = new JobInput.Text(text);
            Guide guide = Guide.of(JobKind.NOTIFICATION, input).orElseThrow().withTexts(text);
            int[] prompt = model.tokenizer()
                    .prompt(prompts.prompt(new Generation(JobKind.NOTIFICATION, input, TOKENS_MAX, Sampling.GREEDY)));
            if (prompt.length > model.limits().promptTokensMax()) {
                return NONE;
            }
            Stopwatch watch = new Stopwatch(nanos);
            try (Answer answer = new Answer(model, prompt, TOKENS_MAX, piece -> {}, new CancelSignal(), watch)) {
                GuidedJson.run(answer, guide, Sampling.GREEDY, recorded::record);
            }
        }
        return recorded;
    }

    private void record(int part, float[] logits, IntPredicate allowed) {
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            sum += allowed.test(i) ? Math.exp(logits[i]) : 0;
        }
        Map<Integer, Float> options = usual.computeIfAbsent(part, any -> new HashMap<>());
        for (int i = 0; i < logits.length; i++) {
            if (allowed.test(i)) {
                options.merge(i, (float) (logits[i] - Math.log(sum)) / CONTENT_FREE.size(), Float::sum);
            }
        }
    }

    /** Takes off the logits what is usual. */
    void apply(int part, float[] logits) {
        usual.getOrDefault(part, Map.of()).forEach((token, logProbability) -> logits[token] -= logProbability);
    }
}
