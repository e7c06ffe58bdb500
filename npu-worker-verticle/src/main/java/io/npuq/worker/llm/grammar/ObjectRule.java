package io.npuq.worker.llm.grammar;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An object: its members in their order, then those of other names. */
final class ObjectRule implements Rule {
    private final List<Member> members;
    private final @Nullable Rule others;
    private final Set<String> names;

    /**
     * One of its members.
     *
     * @param name as it stands between the quotes, a char a byte
     */
    record Member(String name, Rule value, boolean required) {
        String key(String before) {
            return before + "\"" + name + "\": ";
        }
    }

    ObjectRule(List<Member> members, @Nullable Rule others) {
        this.members = List.copyOf(members);
        this.others = others;
        names = this.members.stream().map(Member::name).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public State begin(Layout layout, State then) {
        return new Literal("{", 0, new Members(this, 0, true, Set.of(), layout.inner(), then));
    }

    /**
     * Between two members.
     *
     * @param from the first of the given ones that may come
     * @param first whether none came so far
     * @param used the names of those that were not given
     */
    private record Members(ObjectRule rule, int from, boolean first, Set<String> used, Layout layout, State then)
            implements Pending {
        @Override
        public State open() {
            List<State> options = new ArrayList<>();
            String before = layout.before(first);
            for (int i = from; i < rule.members.size(); i++) {
                Member member = rule.members.get(i);
                options.add(new Literal(member.key(before), 0, value(member.value, i + 1, used)));
                if (member.required) {
                    return Fork.of(options);
                }
            }
            if (rule.others != null) {
                options.add(new Literal(before + "\"", 0, new Name(this, rule.others, "", StringBytes.WHOLE)));
            }
            options.add(new Literal(layout.end(first, "}"), 0, then));
            return Fork.of(options);
        }

        private State value(Rule value, int next, Set<String> names) {
            return new Value(value, layout, new Members(rule, next, false, names, layout, then));
        }

        boolean has(String name) {
            return rule.names.contains(name) || used.contains(name);
        }

        State after(String name, Rule value) {
            Set<String> names = Stream.concat(used.stream(), Stream.of(name)).collect(Collectors.toUnmodifiableSet());
            return new Literal(": ", 0, value(value, rule.members.size(), names));
        }
    }

    /**
     * Inside of a name that is not given. It has no escapes, so that two of the same text are the same bytes.
     *
     * @param text so far, a char a byte
     * @param at where a character stands, see {@link StringBytes}
     */
    private record Name(Members members, Rule value, String text, int at) implements State {
        @Override
        public State next(int next) {
            if (next == '"' && at == StringBytes.WHOLE) {
                return text.isEmpty() || members.has(text) ? Edge.DEAD : members.after(text, value);
            }
            int after = StringBytes.next(at, next);
            return after == StringBytes.BROKEN || after == StringBytes.ESCAPED
                    ? Edge.DEAD
                    : new Name(members, value, text + (char) next, after);
        }

        @Override
        public int forced() {
            return FREE;
        }

        @Override
        public boolean mayEnd() {
            return false;
        }
    }
}
