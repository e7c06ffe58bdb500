package io.npuq.worker.llm.guide;

import io.npuq.schema.JobKind;
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

    /** Room for one candidate, one sentence. */
    private static final int CANDIDATE_TOKENS_MAX = 32;

    private static final int CANDIDATES_MAX = 6;

    private static final int NOTES_TOKENS_MAX = 32;

    private static final Guide NOTIFICATION = new Guide(List.of(
            new Part.Fixed("{\"severity\": "),
            Part.Choice.ofStrings("info", "warning", "critical"),
            new Part.Fixed(", \"category\": "),
            new Part.Text(CATEGORY_TOKENS_MAX, false),
            new Part.Fixed(", \"summary\": "),
            new Part.Text(SUMMARY_TOKENS_MAX, false),
            new Part.Fixed(", \"action_needed\": "),
            Part.Choice.ofBoolean(),
            new Part.Fixed("}")));

    private static final Guide MEMORY_CANDIDATE = new Guide(List.of(
            new Part.Fixed("{\"candidates\": "),
            new Part.Texts(new Part.Text(CANDIDATE_TOKENS_MAX, false), CANDIDATES_MAX),
            new Part.Fixed(", \"notes\": "),
            new Part.Text(NOTES_TOKENS_MAX, true),
            new Part.Fixed("}")));

    /** Copies the list. */
    public Guide {
        parts = List.copyOf(parts);
    }

    /** The shape that a kind's answer has; empty for kinds that answer freely. */
    public static Optional<Guide> of(JobKind kind) {
        return switch (kind) {
            case NOTIFICATION -> Optional.of(NOTIFICATION);
            case MEMORY_CANDIDATE -> Optional.of(MEMORY_CANDIDATE);
            case TITLE, SUMMARY, CHAT, EMBEDDING -> Optional.empty();
        };
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
