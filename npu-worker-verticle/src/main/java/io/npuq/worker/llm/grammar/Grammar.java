package io.npuq.worker.llm.grammar;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.npuq.schema.Limits;
import io.npuq.schema.shape.JsonShape;
import java.util.ArrayList;
import java.util.List;

/** Makes a shape into the state before its first byte. */
public final class Grammar {
    /** What is usual. */
    private static final List<Integer> INDENTS = List.of(Layout.ONE_LINE, 2, 4);

    private static final Rule TEXT = new TextRule(0, Integer.MAX_VALUE);
    private static final Rule ANYTHING = new Anything();

    private Grammar() {}

    /** Before the document. */
    public static State of(JsonShape shape) {
        Rule rule = rule(shape);
        return Fork.of(indents(shape).stream()
                .map(indent -> rule.begin(new Layout(indent, 0), Edge.END))
                .toList());
    }

    /** Where the names are given they are fed, fewest tokens first; else the model begins as it likes. */
    private static List<Integer> indents(JsonShape shape) {
        boolean given =
                shape instanceof JsonShape.ObjectOf object && !object.members().isEmpty();
        return given ? List.of(Layout.ONE_LINE) : INDENTS;
    }

    private static Rule rule(JsonShape shape) {
        if (shape instanceof JsonShape.ObjectOf object) {
            return new ObjectRule(
                    object.members().stream().map(Grammar::member).toList(),
                    object.others().map(Grammar::rule).orElse(null));
        }
        if (shape instanceof JsonShape.ArrayOf array) {
            return new ArrayRule(rule(array.item()), array.itemsMin(), array.itemsMax());
        }
        if (shape instanceof JsonShape.Text text) {
            return new TextRule(text.charsMin(), text.charsMax());
        }
        if (shape instanceof JsonShape.Numeric number) {
            return new NumberRule(number.whole());
        }
        if (shape instanceof JsonShape.Given given) {
            return Rule.given(given.json().stream().map(Literal::utf8).toList());
        }
        if (shape instanceof JsonShape.AnyOf any) {
            return Rule.anyOf(any.options().stream().map(Grammar::rule).toList());
        }
        return ANYTHING;
    }

    private static ObjectRule.Member member(JsonShape.Member member) {
        String name = new String(JsonStringEncoder.getInstance().quoteAsString(member.name()));
        return new ObjectRule.Member(Literal.utf8(name), rule(member.value()), member.required());
    }

    /** Any value; objects and arrays only so deep. */
    private static final class Anything implements Rule {
        private final List<Rule> scalars =
                List.of(TEXT, new NumberRule(false), Rule.given(List.of("true", "false", "null")));
        private final List<Rule> all = new ArrayList<>(scalars);

        private Anything() {
            all.add(new ObjectRule(List.of(), this));
            all.add(new ArrayRule(this, 0, Integer.MAX_VALUE));
        }

        @Override
        public State begin(Layout layout, State then) {
            return Rule.anyOf(layout.depth() < Limits.ANSWER_DEPTH_MAX ? all : scalars)
                    .begin(layout, then);
        }
    }
}
