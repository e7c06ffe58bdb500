package io.npuq.worker.prompt;

import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts parentheses where Jinjava reads an expression otherwise than Jinja2 does.
 *
 * <ul>
 *   <li>{@code not a == b}, {@code not a is defined}: Jinja2 negates the comparison, Jinjava its first operand.
 *   <li>{@code a[::-1]}: Jinjava has no steps; it becomes a filter.
 *   <li>{@code '\x41'}: Jinjava knows no escapes by number; the character takes their place.
 *   <li>{@code f(x=a|length - 1)}: Jinja2 passes the difference, Jinjava subtracts from the parameter.
 * </ul>
 */
final class JinjaExpression {
    private static final Pattern TOKEN =
            Pattern.compile("'(?:[^'\\\\]|\\\\.)*+'|\"(?:[^\"\\\\]|\\\\.)*+\"|\\w+|\\s+|[=!<>]=|.", Pattern.DOTALL);
    private static final Pattern ESCAPE =
            Pattern.compile("\\\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|U000[0-9a-fA-F]{5}|.)", Pattern.DOTALL);
    private static final Set<String> NEGATION_ENDS = Set.of("and", "or", "if", "else", ",");
    private static final String REVERSED = "[::-1]";
    private static final Set<String> OPENING = Set.of("(", "[", "{");
    private static final Set<String> CLOSING = Set.of(")", "]", "}");

    private final List<String> tokens;

    private JinjaExpression(List<String> tokens) {
        this.tokens = tokens;
    }

    /** The same expression, or tag, in a form that both read alike. */
    static String plain(String code) {
        List<String> tokens =
                TOKEN.matcher(code).results().map(MatchResult::group).toList();
        boolean declares = !tokens.isEmpty() && tokens.get(0).equals("macro");
        return declares ? code : new JinjaExpression(tokens).range(0, tokens.size(), false);
    }

    /** The index after the text that opens at this quote; −1 when it never closes. */
    static int endOfText(String code, int quote) {
        for (int i = quote + 1; i < code.length(); i++) {
            if (code.charAt(i) == '\\') {
                i++;
            } else if (code.charAt(i) == code.charAt(quote)) {
                return i + 1;
            }
        }
        return -1;
    }

    private String range(int from, int to, boolean arguments) {
        StringBuilder out = new StringBuilder();
        for (int i = from; i < to; i++) {
            String token = tokens.get(i);
            int next = skipBlank(i + 1, to);
            if (OPENING.contains(token)) {
                int end = end(i + 1, to, Set.of());
                if (token.equals("[")
                        && String.join("", tokens.subList(i, Math.min(end + 1, to)))
                                .equals(REVERSED)) {
                    out.append("|reverse|list");
                    i = end;
                    continue;
                }
                out.append(token).append(range(i + 1, end, token.equals("(")));
                i = end - 1;
            } else if (token.equals("not")
                    && !word(previous(i, from)).equals("is")
                    && !word(next).equals("in")) {
                int end = end(next, to, NEGATION_ENDS);
                out.append("not (").append(range(next, end, false)).append(") ");
                i = end - 1;
            } else if (arguments && token.equals("=")) {
                int end = end(next, to, Set.of(","));
                out.append("=(").append(range(next, end, false)).append(")");
                i = end - 1;
            } else {
                // Two closing braces in a row would end the tag for Jinjava.
                out.append(token.equals("}") ? " }" : isText(token) ? withoutNumericEscapes(token) : token);
            }
        }
        return out.toString();
    }

    private static boolean isText(String token) {
        return token.length() > 1 && (token.charAt(0) == '\'' || token.charAt(0) == '"');
    }

    private static String withoutNumericEscapes(String text) {
        return ESCAPE.matcher(text).replaceAll(escape -> {
            String digits = escape.group().substring(Math.min(2, escape.group().length()));
            boolean numeric = digits.length() > 1;
            return Matcher.quoteReplacement(
                    numeric ? Character.toString(Integer.parseInt(digits, 16)) : escape.group());
        });
    }

    /** The first of these tokens outside of brackets, or the bracket that closes the one around, or the end. */
    private int end(int from, int to, Set<String> stops) {
        int depth = 0;
        for (int i = from; i < to; i++) {
            String token = tokens.get(i);
            if (depth == 0 && (stops.contains(token) || CLOSING.contains(token))) {
                return i;
            }
            depth += OPENING.contains(token) ? 1 : CLOSING.contains(token) ? -1 : 0;
        }
        return to;
    }

    private int skipBlank(int from, int to) {
        int i = from;
        while (i < to && tokens.get(i).isBlank()) {
            i++;
        }
        return i;
    }

    private int previous(int before, int from) {
        int i = before - 1;
        while (i >= from && tokens.get(i).isBlank()) {
            i--;
        }
        return i;
    }

    private String word(int index) {
        return index >= 0 && index < tokens.size() ? tokens.get(index) : "";
    }
}
