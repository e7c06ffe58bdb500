package io.npuq.worker.prompt;

import java.util.regex.Pattern;

/**
 * A text without the marks of Markdown, which small models go on writing instead of words; and where enough prose is left, without its
 * headings, code blocks and tables, which they repeat.
 */
final class PlainText {
    /** With less prose than this, in characters, headings, code and tables stay. */
    private static final int PROSE_CHARS_MIN = 200;

    private static final Pattern BLOCK = Pattern.compile(
            "(?m)^(`{3}|~{3})[^\\n]*\\n(?:(?!\\1)[^\\n]*(?:\\n|\\z))*+(?:\\1[^\\n]*)?|^#{1,6} [^\\n]*|^\\|[^\\n]*");
    private static final Pattern FENCE = Pattern.compile("(?m)^\\s{0,3}(?:```|~~~).*$");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6}[ \\t]+(.*?)[ \\t#]*$");
    private static final Pattern TABLE_RULE = Pattern.compile("(?m)^\\|?[ \\t]*:?-{3,}[-:| \\t]*$");
    private static final Pattern TABLE_ROW = Pattern.compile("(?m)^\\|[ \\t]*(.*?)[ \\t]*\\|[ \\t]*$");
    private static final Pattern LINK = Pattern.compile("\\[([^\\]\\n]{1,200})\\]\\([^)\\s]{1,400}\\)");
    private static final Pattern BOLD_OR_CODE = Pattern.compile("\\*\\*([^*\\n]{1,400})\\*\\*|`([^`\\n]{1,400})`");
    private static final Pattern BLANK_LINES = Pattern.compile("\\n{3,}");

    private PlainText() {}

    static String of(String text) {
        String prose = BLOCK.matcher(text).replaceAll("").strip();
        String plain =
                FENCE.matcher(prose.length() < PROSE_CHARS_MIN ? text : prose).replaceAll("");
        plain = TABLE_RULE.matcher(plain).replaceAll("");
        plain = HEADING.matcher(plain).replaceAll("$1:");
        plain = TABLE_ROW.matcher(plain).replaceAll("$1");
        plain = LINK.matcher(plain).replaceAll("$1");
        plain = BOLD_OR_CODE.matcher(plain).replaceAll("$1$2");
        plain = BLANK_LINES.matcher(plain).replaceAll("\n\n").strip();
        return plain.isEmpty() ? text : plain;
    }
}
