package io.npuq.worker.llm;

import io.npuq.schema.JobKind;
import io.npuq.worker.llm.guide.Loop;
import java.util.Set;

/** What an answer without a given shape has to be. Small models answer Markdown with a code fence or a heading, again and again. */
enum Form {
    /** Whatever the model says. */
    ANY,
    /** One line that says something. */
    LINE,
    /** Text that says something, and not the same twice in a row. */
    PROSE;

    /** Marks of Markdown that open what is no prose. */
    private static final String BLOCK_MARKS = "\n\r#`|";

    /** First words of a preamble ("Here is a summary:"), behind which small models lose the thread. */
    private static final Set<String> PREAMBLES = Set.of("Here", "Sure", "Certainly");

    static Form of(JobKind kind) {
        return switch (kind) {
            case TITLE -> LINE;
            case SUMMARY -> PROSE;
            case NOTIFICATION, MEMORY_CANDIDATE, CHAT, EMBEDDING -> ANY;
        };
    }

    /** Whether the answer may begin so, or go on so while it says nothing yet. */
    boolean mayOpen(String piece, boolean endsTurn) {
        if (this == ANY) {
            return true;
        }
        boolean plain = piece.chars().noneMatch(c -> BLOCK_MARKS.indexOf(c) >= 0);
        return !endsTurn && plain && !PREAMBLES.contains(piece.strip());
    }

    /** Whether the answer is at its end, as it says something already. */
    boolean isOver(CharSequence text) {
        return switch (this) {
            case ANY -> false;
            case LINE -> hasLine(text.toString()) || Loop.ends(text);
            case PROSE -> Loop.ends(text);
        };
    }

    /** Whether a line is whole; one that ends with a colon only leads to the answer. */
    private static boolean hasLine(String text) {
        String whole = text.substring(0, Math.max(0, text.lastIndexOf('\n')));
        return whole.lines()
                .map(String::strip)
                .anyMatch(line -> !line.endsWith(":") && line.codePoints().anyMatch(Character::isLetterOrDigit));
    }
}
