package io.npuq.worker.llm.guide;

import java.util.Comparator;
import java.util.List;

/** One piece of a guided JSON text. */
public sealed interface Part {
    /** The text with which it surely begins. */
    String opening();

    /** Its shortest text; of a choice the longest, as that is the model's to make. */
    String shortest();

    /**
     * Text that is always the same, such as a key.
     *
     * @param json as it stands in the answer
     */
    record Fixed(String json) implements Part {
        @Override
        public String opening() {
            return json;
        }

        @Override
        public String shortest() {
            return json;
        }
    }

    /**
     * One of several texts, chosen by the model.
     *
     * @param options JSON texts, quotes included where they are strings; at least one, none twice
     */
    record Choice(List<String> options) implements Part {
        /** An enumeration of strings. */
        public static Choice ofStrings(String... options) {
            return new Choice(
                    List.of(options).stream().map(option -> '"' + option + '"').toList());
        }

        /** A boolean. */
        public static Choice ofBoolean() {
            return new Choice(List.of("true", "false"));
        }

        /** Whether its options are strings. */
        boolean isOfStrings() {
            return options.get(0).startsWith("\"");
        }

        /** Checks that there is something to choose. */
        public Choice {
            options = List.copyOf(options);
            if (options.isEmpty() || options.stream().distinct().count() < options.size()) {
                throw new IllegalArgumentException("a choice needs options, none of them twice");
            }
        }

        @Override
        public String opening() {
            return "";
        }

        @Override
        public String shortest() {
            return options.stream().max(Comparator.comparingInt(String::length)).orElseThrow();
        }
    }

    /**
     * A string.
     *
     * @param tokensMax it is closed after this many tokens
     * @param mayBeEmpty whether {@code ""} will do
     * @param never words that it does not begin with, in lower case
     */
    record Text(int tokensMax, boolean mayBeEmpty, List<String> never) implements Part {
        /** Any text. */
        public Text(int tokensMax, boolean mayBeEmpty) {
            this(tokensMax, mayBeEmpty, List.of());
        }

        /** Checks the bound. */
        public Text {
            never = List.copyOf(never);
            if (tokensMax < 1) {
                throw new IllegalArgumentException("a string needs room for a token");
            }
        }

        @Override
        public String opening() {
            return "\"";
        }

        @Override
        public String shortest() {
            return "\"x\"";
        }
    }

    /**
     * An array of strings that the model picks from a list, each at most once; it may be empty.
     *
     * @param options JSON strings, quotes included; none twice
     * @param itemsMax it is closed after this many
     */
    record Picks(List<String> options, int itemsMax) implements Part {
        /** Checks that none stands there twice. */
        public Picks {
            options = List.copyOf(options);
            if (options.stream().distinct().count() < options.size()) {
                throw new IllegalArgumentException("no option may be there twice");
            }
        }

        @Override
        public String opening() {
            return "[";
        }

        @Override
        public String shortest() {
            return "[]";
        }
    }
}
