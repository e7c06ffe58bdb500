package io.npuq.api.ollama;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.schema.Timing;
import io.npuq.schema.Usage;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a job took, in whole nanoseconds and tokens. What was not measured is left out. */
final class Durations {
    private static final double NANOS_PER_MS = 1e6;

    private Durations() {}

    /** The prompt's part ends with the first token, the answer's part is the rest. */
    static void write(JsonGenerator json, Timing timing, Usage usage) throws IOException {
        Double first = timing.timeToFirstToken();
        Double all = timing.generate();
        nanos(json, "total_duration", timing.total());
        nanos(json, "load_duration", timing.load());
        count(json, "prompt_eval_count", usage.promptTokens());
        nanos(json, "prompt_eval_duration", first);
        count(json, "eval_count", usage.completionTokens());
        nanos(json, "eval_duration", first == null || all == null ? null : Math.max(0, all - first));
    }

    static void nanos(JsonGenerator json, String name, @Nullable Double ms) throws IOException {
        if (ms != null) {
            json.writeNumberField(name, Math.round(ms * NANOS_PER_MS));
        }
    }

    static void count(JsonGenerator json, String name, @Nullable Integer tokens) throws IOException {
        if (tokens != null) {
            json.writeNumberField(name, tokens);
        }
    }
}
