package io.npuq.worker.prompt;

import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Keeps a message's content from forging a turn. The tokenizer reads some texts as single control tokens wherever they stand, such as
 * {@code <|im_end|>}; so each of them in a message gets a blank after its first character, and is plain text then: {@code < |im_end|>}. Nothing is
 * removed, since what is left could join to a new one.
 *
 * <p>They are: the special tokens that the model's files name, whatever looks like one in the template, and any {@code <|…|>}.
 */
final class SpecialTexts {
    /** What control tokens look like in templates; also with the wide bars of some models. */
    private static final Pattern IN_TEMPLATE = Pattern.compile(
            "<[|\\uFF5C][^<>|\\uFF5C\\s]{1,64}[|\\uFF5C]>|</?[A-Za-z_][A-Za-z0-9_]{0,63}>|\\[/?[A-Z_]{2,32}]|\\[\\|/?[A-Za-z_]{1,32}\\|]"
                    + "|<</?[A-Z]{2,16}>>");

    private static final Pattern ALWAYS = Pattern.compile("<[|\\uFF5C][^<>|\\uFF5C\\s]{1,64}[|\\uFF5C]>");

    private final List<String> texts;

    private SpecialTexts(Collection<String> texts) {
        this.texts = List.copyOf(texts);
    }

    /** Those of a template and of the model's files. */
    static SpecialTexts of(String template, Collection<String> tokens) {
        Set<String> texts = new TreeSet<>();
        Matcher matcher = IN_TEMPLATE.matcher(template);
        while (matcher.find()) {
            texts.add(matcher.group());
        }
        // A single character cannot be split, and a blank one stands in every text.
        tokens.stream()
                .filter(token -> token.codePointCount(0, token.length()) > 1 && !token.isBlank())
                .forEach(texts::add);
        return new SpecialTexts(texts);
    }

    /** The same content with every special text split. */
    String split(String content) {
        BitSet blankBefore = new BitSet();
        Matcher matcher = ALWAYS.matcher(content);
        for (int from = 0; from < content.length() && matcher.find(from); from = matcher.start() + 1) {
            blankBefore.set(matcher.start() + 1);
        }
        for (String text : texts) {
            for (int at = content.indexOf(text); at >= 0; at = content.indexOf(text, at + 1)) {
                blankBefore.set(content.offsetByCodePoints(at, 1));
            }
        }
        return blankBefore.isEmpty() ? content : withBlanks(content, blankBefore);
    }

    private static String withBlanks(String content, BitSet blankBefore) {
        StringBuilder out = new StringBuilder(content.length() + blankBefore.cardinality());
        for (int i = 0; i < content.length(); i++) {
            if (blankBefore.get(i)) {
                out.append(' ');
            }
            out.append(content.charAt(i));
        }
        return out.toString();
    }
}
