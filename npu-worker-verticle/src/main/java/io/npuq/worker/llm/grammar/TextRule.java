package io.npuq.worker.llm.grammar;

/** A string. */
final class TextRule implements Rule {
    private final int charsMin;
    private final int charsMax;
    private final boolean counts;

    TextRule(int charsMin, int charsMax) {
        this.charsMin = charsMin;
        this.charsMax = charsMax;
        counts = charsMin > 0 || charsMax < Integer.MAX_VALUE;
    }

    @Override
    public State begin(Layout layout, State then) {
        return new Literal("\"", 0, new Inside(this, StringBytes.WHOLE, 0, then));
    }

    /**
     * Inside of the string.
     *
     * @param at where a character stands, see {@link StringBytes}
     * @param chars how many are whole; 0 where that does not matter
     */
    private record Inside(TextRule rule, int at, int chars, State then) implements State {
        @Override
        public State next(int next) {
            if (at == StringBytes.WHOLE) {
                if (next == '"') {
                    return chars >= rule.charsMin ? then : Edge.DEAD;
                }
                if (chars >= rule.charsMax) {
                    return Edge.DEAD;
                }
            }
            int after = StringBytes.next(at, next);
            if (after == StringBytes.BROKEN) {
                return Edge.DEAD;
            }
            int more = rule.counts && after == StringBytes.WHOLE ? chars + 1 : chars;
            return after == at && more == chars ? this : new Inside(rule, after, more, then);
        }

        @Override
        public int forced() {
            return at == StringBytes.WHOLE && chars >= rule.charsMax ? '"' : FREE;
        }

        @Override
        public boolean mayEnd() {
            return false;
        }
    }
}
