package io.npuq.bench;

import io.npuq.schema.CancelSignal;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Sampling;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.llm.OpenVinoEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What a guided answer costs beside a free one, on the CPU. Each round runs every way once, in turns, as a machine's speed drifts; what is
 * printed are medians.
 *
 * <p>Arguments: the OpenVINO install, the model directory, a cache directory, rounds.
 */
public final class GuidedRate {
    private static final int NEW_TOKENS = 128;
    private static final Sampling WARM = new Sampling(0.8, 0.95, 0, 1, 0, 0, 1L, List.of());
    private static final String INPUT =
            "The nightly backup of the file server failed: the disk is full. Someone has to free space before Friday.";
    private static final String ASK =
            "Answer with a JSON object about the input text: severity is info for news, warning for problems and critical for"
                    + " failures; category is the topic in one word; summary is the main key point in one very short sentence;"
                    + " action_needed is true or false. Keep the language of the text.";
    private static final ResponseFormat NOTIFICATION = new ResponseFormat.JsonSchema("notification", """
            {"type": "object", "required": ["severity", "category", "summary", "action_needed"],
             "properties": {"severity": {"enum": ["info", "warning", "critical"]}, "category": {"type": "string", "maxLength": 30},
                            "summary": {"type": "string", "maxLength": 160}, "action_needed": {"type": "boolean"}}}""");

    private final OpenVinoEngine engine;
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    private GuidedRate(OpenVinoEngine engine) {
        this.engine = engine;
    }

    /** Runs it. */
    public static void main(String[] args) throws EngineException {
        try (OpenVinoEngine engine = Benches.cpuEngine(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]))) {
            engine.load();
            GuidedRate rate = new GuidedRate(engine);
            rate.round();
            rate.figures.clear();
            for (int round = Integer.parseInt(args[3]); round > 0; round--) {
                rate.round();
            }
            rate.figures.forEach((name, values) -> Benches.OUT.println(String.format(
                    Locale.ROOT,
                    "%-48s best %8.2f  median %8.2f  of %d",
                    name,
                    values.stream().mapToDouble(v -> v).min().orElseThrow(),
                    values.stream().sorted().toList().get(values.size() / 2),
                    values.size())));
        }
    }

    private void round() throws EngineException {
        for (Sampling sampling : List.of(Sampling.GREEDY, WARM)) {
            String how = sampling.temperature() > 0 ? "temperature 0.8" : "greedy";
            List<ChatMessage> animals = List.of(new ChatMessage(
                    "user",
                    "Describe ten animals, each with its name, size, habitat and what it eats, as one JSON object."));
            for (ResponseFormat format : List.of(ResponseFormat.TEXT, new ResponseFormat.JsonObject())) {
                String what = (format.equals(ResponseFormat.TEXT) ? "free text, " : "json_object, ") + how;
                Generated made = chat(animals, sampling, format);
                note("ms a token, " + what, msAToken(made));
                note("tokens, " + what, Objects.requireNonNull(made.usage().completionTokens()));
            }
        }
        List<ChatMessage> notify = List.of(new ChatMessage("system", ASK), new ChatMessage("user", INPUT));
        notifications(chat(notify, Sampling.GREEDY, ResponseFormat.TEXT), notify);
    }

    /** The free answer's rate tells how long it would take to write the guided one's tokens one by one. */
    private void notifications(Generated free, List<ChatMessage> messages) throws EngineException {
        Generated kind =
                run(new Generation(JobKind.NOTIFICATION, new JobInput.Text(INPUT), NEW_TOKENS, Sampling.GREEDY));
        Generated schema = chat(messages, Sampling.GREEDY, NOTIFICATION);
        compare("notification", kind, free);
        compare("the same as json_schema", schema, free);
    }

    private void compare(String what, Generated guided, Generated free) {
        int tokens = Objects.requireNonNull(guided.usage().completionTokens());
        double freely = Objects.requireNonNull(free.timeToFirstTokenMs()) + (tokens - 1) * msAToken(free);
        note("ms of " + what + ", guided", guided.generateMs());
        note("ms of " + what + ", its tokens freely", freely);
        note("times as fast, " + what, freely / guided.generateMs());
        note("tokens of " + what, tokens);
    }

    private Generated chat(List<ChatMessage> messages, Sampling sampling, ResponseFormat format)
            throws EngineException {
        return run(new Generation(JobKind.CHAT, new JobInput.Chat(messages), NEW_TOKENS, sampling, format));
    }

    private Generated run(Generation generation) throws EngineException {
        StringBuilder streamed = new StringBuilder();
        return engine.generate(generation, streamed::append, new CancelSignal());
    }

    private static double msAToken(Generated made) {
        double firstMs = Objects.requireNonNull(made.timeToFirstTokenMs());
        return (made.generateMs() - firstMs)
                / (Objects.requireNonNull(made.usage().completionTokens()) - 1);
    }

    private void note(String name, double value) {
        figures.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
    }
}
