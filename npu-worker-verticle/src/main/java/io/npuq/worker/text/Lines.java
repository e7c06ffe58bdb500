package io.npuq.worker.text;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts lines together that only a mail program's width broke, and keeps those apart that are items: bullets, headings, log lines, lines of a chat.
 *
 * <p>Two lines are one when the first is at least {@link #WRAP_CHARS_MIN} long, ends no sentence, and the next starts with a letter, is no item, and
 * does not start with the same word (as log lines do).
 */
final class Lines {
    /** Shorter lines end where their writer wanted. */
    private static final int WRAP_CHARS_MIN = 45;

    private static final Pattern BULLET = Pattern.compile("^(?:[-*+•‣◦–—・]|\\(?\\d{1,2}[.)])\\s+(?=\\S)");
    private static final Pattern HEADING = Pattern.compile("^#{1,6}\\s+(?=\\S)");
    private static final Pattern LABEL = Pattern.compile("^[\\p{L}\\p{N}_. -]{1,24}[:：](?:\\s|$)");
    private static final Pattern FIRST_WORD = Pattern.compile("^\\S+");
    private static final Pattern RULE = Pattern.compile("^[\\p{P}\\p{S}\\s]*$");
    private static final Pattern BLANKS = Pattern.compile("[\\s\\p{Z}\\p{Cc}\\u200B\\uFEFF]+");

    private Lines() {}

    /** The items of a text, in order; none of them empty. */
    static List<Sentence> of(String text) {
        List<Sentence> items = new ArrayList<>();
        StringBuilder open = new StringBuilder();
        String last = "";
        for (String raw : text.split("\\R", -1)) {
            String line = BLANKS.matcher(raw).replaceAll(" ").strip();
            if (!joins(last, line)) {
                close(open, items);
            }
            if (!RULE.matcher(line).matches()) {
                open.append(open.isEmpty() ? "" : " ").append(line);
            }
            last = line;
        }
        close(open, items);
        return items;
    }

    private static boolean joins(String last, String next) {
        return last.length() >= WRAP_CHARS_MIN
                && !next.isEmpty()
                && Character.isLetter(next.codePointAt(0))
                && !Sentences.endsSentence(last)
                && !LABEL.matcher(next).find()
                && !HEADING.matcher(last).find()
                && !firstWord(last).equals(firstWord(next));
    }

    private static String firstWord(String line) {
        Matcher word = FIRST_WORD.matcher(line);
        return word.find() ? word.group() : "";
    }

    private static void close(StringBuilder open, List<Sentence> items) {
        String line = open.toString();
        open.setLength(0);
        Matcher bullet = BULLET.matcher(line);
        Matcher heading = HEADING.matcher(line);
        if (bullet.find()) {
            items.add(new Sentence(line.substring(bullet.end()), true, false));
        } else if (heading.find()) {
            items.add(new Sentence(line.substring(heading.end()), false, true));
        } else if (!line.isEmpty()) {
            items.add(new Sentence(line, false, false));
        }
    }
}
