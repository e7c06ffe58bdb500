package io.npuq.api.ollama;

import io.npuq.api.http.Fields;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.JobKind;
import io.npuq.schema.Sampling;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads {@code options}. What is not named here says how to run a model on other runtimes, such as {@code num_ctx}, and changes nothing. */
final class OptionFields {
    private OptionFields() {}

    /** Greedy where nothing is said. */
    static Sampling sampling(Fields body) {
        Optional<Fields> options = body.object("options");
        return options.map(OptionFields::read).orElse(Sampling.GREEDY);
    }

    private static Sampling read(Fields options) {
        OptionalLong seed = options.integer("seed");
        return new Sampling(
                options.number("temperature").orElse(Sampling.GREEDY.temperature()),
                options.number("top_p").orElse(Sampling.GREEDY.topP()),
                options.integer("top_k", Sampling.GREEDY.topK()),
                options.number("repeat_penalty").orElse(Sampling.GREEDY.repetitionPenalty()),
                options.number("frequency_penalty").orElse(Sampling.GREEDY.frequencyPenalty()),
                options.number("presence_penalty").orElse(Sampling.GREEDY.presencePenalty()),
                seed.isEmpty() || seed.getAsLong() < 0 ? null : seed.getAsLong(),
                stop(options));
    }

    private static List<String> stop(Fields options) {
        return options.texts("stop").stream().filter(text -> !text.isEmpty()).toList();
    }

    /** As many as there can be where nothing, nothing positive, or more is said. */
    static int maxTokens(Fields body) {
        int most = JobKind.CHAT.newTokensMax();
        int asked = body.object("options")
                .map(options -> options.integer("num_predict", most))
                .orElse(most);
        return asked < 1 ? most : Math.min(asked, most);
    }

    /** An answer of JSON ends with its last brace. */
    static void checkNoStop(Sampling sampling) {
        InvalidInputException.check(
                sampling.stop().isEmpty(),
                "options.stop",
                "options.stop does not go with format: an answer of JSON ends with its last brace");
    }
}
