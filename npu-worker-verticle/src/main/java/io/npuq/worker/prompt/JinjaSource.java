package io.npuq.worker.prompt;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Applies Jinja's whitespace control, as Transformers sets it up ({@code trim_blocks}, {@code lstrip_blocks}), to a template's text, and drops its
 * comments. What is left has none of it, so that the renderer's own, which differs, has nothing to do.
 *
 * <p>The rules are those of Jinja2's lexer: a block or comment loses the first newline after it and the blanks before it on its line; {@code -} strips
 * all whitespace on its side, {@code +} keeps it; an expression keeps both; one newline at the template's end goes.
 */
final class JinjaSource {
    private static final String EXPRESSION_END = "}}";
    private static final String BLOCK_END = "%}";
    private static final String COMMENT_END = "#}";

    private final String source;
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> openBlocks = new ArrayDeque<>();
    private int position;
    private boolean atLineStart = true;

    private JinjaSource(String template) {
        String text = template.replace("\r\n", "\n").replace('\r', '\n');
        source = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    /**
     * The same template without whitespace control and comments.
     *
     * @throws IllegalArgumentException when a tag is never closed
     */
    static String plain(String template) {
        JinjaSource source = new JinjaSource(template);
        while (source.position < source.source.length()) {
            source.next();
        }
        return source.out.toString();
    }

    private void next() {
        int open = nextOpen();
        if (open < 0) {
            out.append(source, position, source.length());
            position = source.length();
            return;
        }
        char kind = source.charAt(open + 1);
        char sign = open + 2 < source.length() ? source.charAt(open + 2) : ' ';
        out.append(before(source.substring(position, open), kind, sign));
        int body = open + (sign == '-' || sign == '+' ? 3 : 2);
        int close = kind == '#'
                ? required(source.indexOf(COMMENT_END, body), open)
                : close(body, open, kind == '{' ? EXPRESSION_END : BLOCK_END);
        if (kind != '#') {
            tag(kind, content(body, close));
        }
        skipAfter(close, kind);
    }

    private int nextOpen() {
        for (int i = source.indexOf('{', position); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            if ("{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private String before(String text, char kind, char sign) {
        if (sign == '-') {
            return text.stripTrailing();
        }
        int line = text.lastIndexOf('\n') + 1;
        boolean ownLine = (line > 0 || atLineStart) && text.substring(line).isBlank();
        return sign != '+' && kind != '{' && ownLine ? text.substring(0, line) : text;
    }

    private String content(int body, int close) {
        char sign = source.charAt(close - 1);
        int end = close > body && (sign == '-' || sign == '+') ? close - 1 : close;
        return source.substring(body, end).strip();
    }

    private void tag(char kind, String content) {
        if (kind == '{') {
            out.append("{{ ").append(JinjaExpression.plain(content)).append(" }}");
            return;
        }
        String name = content.split("\\W", 2)[0];
        checkSupported(name);
        // A generation block marks an assistant's text for training; it prints nothing.
        if (!name.equals("generation") && !name.equals("endgeneration")) {
            out.append("{% ").append(JinjaExpression.plain(content)).append(" %}");
        }
    }

    /** Jinjava passes silently over an else that belongs to a loop, and reads raw otherwise: better no prompt than a wrong one. */
    private void checkSupported(String name) {
        if (name.equals("for") || name.equals("if")) {
            openBlocks.push(name);
        } else if (name.equals("endfor") || name.equals("endif")) {
            openBlocks.poll();
        } else if (name.equals("raw") || (name.equals("else") && "for".equals(openBlocks.peek()))) {
            throw new IllegalArgumentException(
                    name.equals("raw") ? "raw blocks are not supported" : "a for loop with an else is not supported");
        }
    }

    private void skipAfter(int close, char kind) {
        position = close + 2;
        char sign = source.charAt(close - 1);
        if (sign == '-') {
            while (position < source.length() && Character.isWhitespace(source.charAt(position))) {
                position++;
            }
        } else if (sign != '+' && kind != '{' && position < source.length() && source.charAt(position) == '\n') {
            position++;
        }
        atLineStart = source.charAt(position - 1) == '\n';
    }

    /** Where the tag ends: not inside a text or brackets, as a map literal may end in two braces too. */
    private int close(int from, int open, String end) {
        int depth = 0;
        for (int i = from; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '\'' || c == '"') {
                i = required(JinjaExpression.endOfText(source, i), open) - 1;
            } else if (depth == 0 && source.startsWith(end, i)) {
                return i;
            } else if ("([{".indexOf(c) >= 0) {
                depth++;
            } else if (")]}".indexOf(c) >= 0) {
                depth--;
            }
        }
        return required(-1, open);
    }

    private int required(int index, int open) {
        if (index < 0) {
            long line = source.substring(0, open).chars().filter(c -> c == '\n').count() + 1;
            throw new IllegalArgumentException("the tag that opens in line " + line + " is never closed");
        }
        return index;
    }
}
