package io.npuq.worker.llm.grammar;

import java.util.ArrayList;
import java.util.List;

/** An array. */
final class ArrayRule implements Rule {
    private final Rule item;
    private final int itemsMin;
    private final int itemsMax;

    ArrayRule(Rule item, int itemsMin, int itemsMax) {
        this.item = item;
        this.itemsMin = itemsMin;
        this.itemsMax = itemsMax;
    }

    @Override
    public State begin(Layout layout, State then) {
        return new Literal("[", 0, new Items(this, 0, layout.inner(), then));
    }

    /** Between two elements: behind so many of them. */
    private record Items(ArrayRule rule, int count, Layout layout, State then) implements Pending {
        @Override
        public State open() {
            List<State> options = new ArrayList<>();
            if (count < rule.itemsMax) {
                // No more are told apart than matter, so that equal states are equal.
                int more = rule.itemsMax == Integer.MAX_VALUE
                        ? Math.min(count + 1, Math.max(1, rule.itemsMin))
                        : count + 1;
                State value = new Value(rule.item, layout, new Items(rule, more, layout, then));
                options.add(Literal.of(layout.before(count == 0), value));
            }
            if (count >= rule.itemsMin) {
                options.add(new Literal(layout.end(count == 0, "]"), 0, then));
            }
            return Fork.of(options);
        }
    }
}
