package io.npuq.worker.llm.grammar;

import java.util.List;

/** What a value may be. Rules are compared by identity: a grammar has each once. */
interface Rule {
    /**
     * Before the value.
     *
     * @param layout where it stands
     * @param then what follows it
     */
    State begin(Layout layout, State then);

    /** A value that begins when it is reached. */
    record Value(Rule rule, Layout layout, State then) implements Pending {
        @Override
        public State open() {
            return rule.begin(layout, then);
        }
    }

    /** One of these texts; each a char a byte. */
    static Rule given(List<String> texts) {
        return (layout, then) ->
                Fork.of(texts.stream().map(text -> Literal.of(text, then)).toList());
    }

    /** What any of these allows. */
    static Rule anyOf(List<Rule> options) {
        return (layout, then) -> Fork.of(
                options.stream().map(option -> option.begin(layout, then)).toList());
    }
}
