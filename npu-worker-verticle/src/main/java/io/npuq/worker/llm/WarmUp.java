package io.npuq.worker.llm;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.Sampling;
import io.npuq.worker.engine.Stopwatch;
import io.npuq.worker.llm.guide.Guide;
import java.util.Arrays;
import java.util.function.LongSupplier;

/** Runs short generations right after loading: the first inference of a shape is several times slower than the next. */
final class WarmUp {
    private static final String PROMPT =
            "Say in one short sentence what this message is about: the disk is almost full.";
    private static final int FREE_TOKENS = 4;
    /** Enough for a notification with values of a token each. */
    private static final int GUIDED_TOKENS = 40;

    private WarmUp() {}

    static void run(LoadedModel model, LongSupplier nanos) {
        int[] whole = model.tokenizer().prompt(PROMPT);
        int[] prompt =
                Arrays.copyOf(whole, Math.min(whole.length, model.limits().promptTokensMax()));
        try (Answer answer = answer(model, prompt, FREE_TOKENS, nanos)) {
            new FreeAnswer(answer, prompt, Sampling.GREEDY, Form.ANY).run();
        }
        try (Answer answer = answer(model, prompt, GUIDED_TOKENS, nanos)) {
            Guide guide =
                    Guide.of(JobKind.NOTIFICATION, new JobInput.Text(PROMPT)).orElseThrow();
            GuidedJson.run(answer, guide, Sampling.GREEDY, (part, logits, allowed) -> {});
        }
    }

    private static Answer answer(LoadedModel model, int[] prompt, int tokens, LongSupplier nanos) {
        return new Answer(model, prompt, tokens, text -> {}, new CancelSignal(), new Stopwatch(nanos));
    }
}
