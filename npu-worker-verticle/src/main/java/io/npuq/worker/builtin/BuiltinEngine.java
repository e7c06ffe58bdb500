package io.npuq.worker.builtin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.Json;
import io.npuq.schema.Severity;
import io.npuq.schema.Usage;
import io.npuq.worker.engine.Engine;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import io.npuq.worker.engine.Stopwatch;
import io.npuq.worker.text.Words;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers the four bounded kinds without a model: sentences of the text itself, ranked by {@link TextRank}, and rules. It needs nothing installed, takes a
 * few milliseconds and always gives the same answer to the same text.
 *
 * <p>Its tokens are words as {@link Words#count} counts them: it has no tokenizer. {@code max_new_tokens} so bounds the words of an answer; for the JSON
 * kinds the words of its values, and the object is always whole.
 */
public final class BuiltinEngine implements Engine {
    /** The model's name in evidence. */
    public static final String MODEL = "builtin-extractive";

    /** The device's name in evidence. */
    public static final String DEVICE = "builtin";

    private static final int CANDIDATES_MAX = 6;
    /** Longest summary of a notification, in characters; for one word without an end. */
    private static final int SUMMARY_CHARS_MAX = 400;

    private static final String WARM_UP =
            "Subject: warm-up\n\nThe first job finds every table ready. Please keep it so by 1 May.";

    private enum State {
        NEW,
        LOADED,
        CLOSED
    }

    private final LongSupplier ticker;
    private State state = State.NEW;

    /**
     * An engine that measures by this clock.
     *
     * @param ticker monotonic, in nanoseconds
     */
    public BuiltinEngine(LongSupplier ticker) {
        this.ticker = ticker;
    }

    @Override
    public EngineInfo load() throws EngineException {
        if (state == State.CLOSED) {
            throw new IllegalStateException("the builtin engine is closed");
        }
        Stopwatch watch = new Stopwatch(ticker);
        state = State.LOADED;
        for (JobKind kind : JobKind.bounded()) {
            answer(kind, WARM_UP, kind.newTokensDefault());
        }
        return new EngineInfo(MODEL, null, null, null, DEVICE, DEVICE, watch.elapsedMs(), null);
    }

    @Override
    public Generated generate(Generation generation, Consumer<String> text, CancelSignal cancel)
            throws EngineException {
        if (state != State.LOADED) {
            throw new IllegalStateException("the builtin engine is " + (state == State.NEW ? "not loaded" : "closed"));
        }
        Stopwatch watch = new Stopwatch(ticker);
        String input = input(generation);
        int promptTokens = Words.count(input);
        if (cancel.isSet()) {
            return cancelled(promptTokens, watch);
        }
        Answer answer = answer(generation.kind(), input, generation.maxNewTokens());
        if (cancel.isSet()) {
            return cancelled(promptTokens, watch);
        }
        watch.token();
        text.accept(answer.text());
        Usage usage = new Usage(promptTokens, answer.words());
        FinishReason reason = answer.cut() ? FinishReason.LENGTH : FinishReason.STOP;
        return new Generated(answer.text(), answer.json(), reason, usage, watch.firstTokenMs(), watch.elapsedMs());
    }

    @Override
    public void close() {
        state = State.CLOSED;
    }

    private record Answer(String text, @Nullable ObjectNode json, int words, boolean cut) {
        static Answer of(String text) {
            return new Answer(text, null, Words.count(text), false);
        }
    }

    private static String input(Generation generation) throws EngineException {
        if (generation.kind().isBounded() && generation.input() instanceof JobInput.Text bounded) {
            return bounded.text();
        }
        throw new EngineException(
                EngineException.Kind.MODEL_UNAVAILABLE,
                "the builtin engine answers title, summary, notification and memory_candidate, not "
                        + generation.kind().wire() + ": that needs a language model; see npuq pull and npuq doctor");
    }

    private static Answer answer(JobKind kind, String text, int words) {
        Extracts extracts = new Extracts(text);
        return switch (kind) {
            case TITLE -> cut(extracts.title(), words);
            case SUMMARY -> Answer.of(extracts.summary(words));
            case NOTIFICATION -> notification(text, extracts, words);
            case MEMORY_CANDIDATE -> memory(extracts, words);
            case CHAT, EMBEDDING -> throw new IllegalStateException("checked before: " + kind);
        };
    }

    private static Answer cut(String text, int words) {
        boolean cut = Words.count(text) > words;
        String kept = cut ? Words.first(text, words) : text;
        return new Answer(kept, null, Words.count(kept), cut);
    }

    private static Answer notification(String text, Extracts extracts, int words) {
        KeywordText keywords = new KeywordText(text);
        String category = NotificationRules.category(keywords);
        Severity severity = NotificationRules.severity(keywords, category);
        Answer summary = cut(Words.firstChars(extracts.best(), SUMMARY_CHARS_MAX), words);
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("severity", severity.wire());
        json.put("category", category);
        json.put("summary", summary.text());
        json.put("action_needed", NotificationRules.actionNeeded(keywords, severity));
        return new Answer(json.toString(), json, summary.words(), summary.cut());
    }

    private static Answer memory(Extracts extracts, int words) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode candidates = json.putArray("candidates");
        Set<String> kinds = new LinkedHashSet<>();
        Set<String> seen = new LinkedHashSet<>();
        int used = 0;
        boolean cut = false;
        for (var sentence : extracts.sentences()) {
            List<String> found = MemoryRules.kinds(sentence.text());
            if (found.isEmpty() || seen.size() == CANDIDATES_MAX || !seen.add(sentence.text())) {
                continue;
            }
            int size = Words.count(sentence.text());
            if (used + size > words) {
                cut = true;
                continue;
            }
            used += size;
            candidates.add(sentence.text());
            kinds.addAll(found);
        }
        json.put("notes", kinds.isEmpty() ? "" : "found by rule: " + String.join(", ", kinds));
        return new Answer(json.toString(), json, used, cut);
    }

    private Generated cancelled(int promptTokens, Stopwatch watch) {
        return new Generated("", null, FinishReason.CANCELLED, new Usage(promptTokens, 0), null, watch.elapsedMs());
    }
}
