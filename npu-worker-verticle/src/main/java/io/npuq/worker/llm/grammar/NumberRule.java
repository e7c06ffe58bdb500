package io.npuq.worker.llm.grammar;

/** A number, bounded in its digits: a model must not be able to lose itself in them, and every reader must be able to hold it. */
final class NumberRule implements Rule {
    /** Most digits in front of the point, and most behind it: a double tells so many apart. */
    private static final int DIGITS_MAX = 15;

    /** Most digits of an exponent. */
    private static final int EXPONENT_DIGITS_MAX = 2;

    private final boolean whole;

    NumberRule(boolean whole) {
        this.whole = whole;
    }

    @Override
    public State begin(Layout layout, State then) {
        return new Inside(this, Phase.START, 0, then);
    }

    private enum Phase {
        START(false),
        SIGN(false),
        ZERO(true),
        INTEGER(true),
        POINT(false),
        FRACTION(true),
        E(false),
        E_SIGN(false),
        EXPONENT(true);

        private final boolean complete;

        Phase(boolean complete) {
            this.complete = complete;
        }
    }

    /**
     * Inside of the number.
     *
     * @param digits of the phase
     */
    private record Inside(NumberRule rule, Phase phase, int digits, State then) implements State {
        @Override
        public State next(int next) {
            State more = next >= '0' && next <= '9' ? digit(next) : sign(next);
            return more == Edge.DEAD && phase.complete ? then.next(next) : more;
        }

        private State digit(int next) {
            return switch (phase) {
                case START, SIGN -> in(next == '0' ? Phase.ZERO : Phase.INTEGER, 1);
                case ZERO -> Edge.DEAD;
                case INTEGER -> digits < DIGITS_MAX ? in(Phase.INTEGER, digits + 1) : Edge.DEAD;
                case POINT -> in(Phase.FRACTION, 1);
                case FRACTION -> digits < DIGITS_MAX ? in(Phase.FRACTION, digits + 1) : Edge.DEAD;
                case E, E_SIGN -> in(Phase.EXPONENT, 1);
                case EXPONENT -> digits < EXPONENT_DIGITS_MAX ? in(Phase.EXPONENT, digits + 1) : Edge.DEAD;
            };
        }

        private State sign(int next) {
            if (next == '-' && phase == Phase.START) {
                return in(Phase.SIGN, 0);
            }
            if ((next == '-' || next == '+') && phase == Phase.E) {
                return in(Phase.E_SIGN, 0);
            }
            boolean inFront = phase == Phase.ZERO || phase == Phase.INTEGER;
            if (next == '.' && inFront && !rule.whole) {
                return in(Phase.POINT, 0);
            }
            boolean mayGrow = inFront || phase == Phase.FRACTION;
            return (next == 'e' || next == 'E') && mayGrow && !rule.whole ? in(Phase.E, 0) : Edge.DEAD;
        }

        private Inside in(Phase other, int count) {
            return new Inside(rule, other, count, then);
        }

        @Override
        public int forced() {
            return FREE;
        }

        @Override
        public boolean mayEnd() {
            return phase.complete && then.mayEnd();
        }
    }
}
