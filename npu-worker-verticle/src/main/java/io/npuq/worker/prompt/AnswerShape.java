package io.npuq.worker.prompt;

/**
 * Holds a model's answer to the contract of its kind: a title is one line of at most eight words, a summary one short paragraph or at most four
 * bullets. It cuts and joins lines; it never invents a word. Applied to its own result, {@link #title} changes nothing.
 */
public final class AnswerShape {
    /** Most words of a title. */
    public static final int TITLE_WORDS_MAX = 8;

    /** Longest title, in characters; for one word without an end. */
    public static final int TITLE_CHARS_MAX = 120;

    /** Most bullets of a summary. */
    public static final int SUMMARY_BULLETS_MAX = 4;

    /** Longest bullet, in characters. */
    public static final int BULLET_CHARS_MAX = 290;

    /** Most sentences of a summary's paragraph. */
    public static final int SUMMARY_SENTENCES_MAX = 4;

    /** Longest paragraph of a summary, in words. */
    public static final int SUMMARY_WORDS_MAX = 160;

    /** Longest summary, in characters. */
    public static final int SUMMARY_CHARS_MAX = 1_200;

    private AnswerShape() {}

    /** One line, at most {@link #TITLE_WORDS_MAX} words; no label, no quotes around it, no full stop. Empty only where the answer has no text. */
    public static String title(String answer) {
        String title = TitleShape.of(answer);
        return title.isEmpty() ? AnswerLead.lead(answer, TITLE_WORDS_MAX) : title;
    }

    /** One paragraph of at most {@link #SUMMARY_SENTENCES_MAX} sentences, or at most {@link #SUMMARY_BULLETS_MAX} lines that begin with a hyphen. */
    public static String summary(String answer) {
        String summary = SummaryShape.of(answer);
        return summary.isEmpty() ? AnswerLead.lead(answer, SUMMARY_WORDS_MAX) : summary;
    }
}
