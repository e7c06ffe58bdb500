package io.npuq.worker.llm.grammar;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Several states at once, as long as the bytes so far do not tell which.
 *
 * @param states two or more, none a fork, none twice
 */
record Fork(List<State> states) implements State {
    static State of(Iterable<? extends State> states) {
        Set<State> open = new LinkedHashSet<>();
        for (State state : states) {
            if (state instanceof Fork fork) {
                open.addAll(fork.states);
            } else if (state != Edge.DEAD) {
                open.add(state);
            }
        }
        return open.isEmpty() ? Edge.DEAD : open.size() == 1 ? open.iterator().next() : new Fork(List.copyOf(open));
    }

    @Override
    public State next(int next) {
        List<State> open = new ArrayList<>();
        for (State state : states) {
            State after = state.next(next);
            if (after != Edge.DEAD) {
                open.add(after);
            }
        }
        return of(open);
    }

    @Override
    public int forced() {
        int first = states.get(0).forced();
        return states.stream().allMatch(state -> state.forced() == first) ? first : FREE;
    }

    @Override
    public boolean mayEnd() {
        return states.stream().anyMatch(State::mayEnd);
    }
}
