package io.npuq.worker.llm.guide;

import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.Severity;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The shape of a JSON answer: its parts, one behind the other.
 *
 * @param parts together they are one whole JSON value
 */
public record Guide(List<Part> parts) {
    /** Room for a category, which is a word or two. */
    private static final int CATEGORY_TOKENS_MAX = 8;

    /** Room for a notification's summary, one sentence. */
    private static final int SUMMARY_TOKENS_MAX = 40;

    /** Most candidates of an answer. */
    private static final int CANDIDATES_MAX = 6;

    private static final int NOTES_TOKENS_MAX = 32;

    private static final Guide NOTIFICATION = new Guide(List.of(
            new Part.Fixed("{\"severity\": "),
            Part.Choice.ofStrings(Severity.wires().toArray(String[]::new)),
            new Part.Fixed(", \"category\": "),
            // A category is none of these: small models write the severity again.
            new Part.Text(CATEGORY_TOKENS_MAX, false, Severity.wires()),
            new Part.Fixed(", \"summary\": "),
            new Part.Text(SUMMARY_TOKENS_MAX, false),
            new Part.Fixed(", \"action_needed\": "),
            Part.Choice.ofBoolean(),
            new Part.Fixed("}")));

    /** Copies the list. */
    public Guide {
        parts = List.copyOf(parts);
    }

    /** The shape that the answer to this input has; empty for kinds that answer freely. */
    public static Optional<Guide> of(JobKind kind, JobInput input) {
        return switch (kind) {
            case NOTIFICATION -> Optional.of(NOTIFICATION);
            case MEMORY_CANDIDATE -> Optional.of(memory(input));
            case TITLE, SUMMARY, CHAT, EMBEDDING -> Optional.empty();
        };
    }

    /**
     * Candidates are picked among the input's own sentences: a small model that writes them freely repeats itself and invents, and a large
     * one loses little, for the prompt asks for sentences of the text.
     */
    private static Guide memory(JobInput input) {
        String text = input instanceof JobInput.Text plain ? plain.text() : "";
        return new Guide(List.of(
                new Part.Fixed("{\"candidates\": "),
                new Part.Picks(Facts.of(text), CANDIDATES_MAX),
                new Part.Fixed(", \"notes\": "),
                new Part.Text(NOTES_TOKENS_MAX, true),
                new Part.Fixed("}")));
    }

    /** The same, with a text in the place of every string that the model writes: only choices are left to it. */
    public Guide withTexts(String text) {
        return new Guide(parts.stream()
                .map(part -> part instanceof Part.Text ? new Part.Fixed('"' + text + '"') : part)
                .toList());
    }

    /** The text that surely follows a part, up to the next value. */
    String fixedAfter(int at) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts.subList(at + 1, parts.size())) {
            text.append(part.opening());
            if (!(part instanceof Part.Fixed)) {
                break;
            }
        }
        return text.toString();
    }

    /** The shortest way to end the answer behind a part; with the longest option of a choice, as that is not npuq's to make. */
    String shortestAfter(int at) {
        return parts.subList(at + 1, parts.size()).stream().map(Part::shortest).collect(Collectors.joining());
    }
}
