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
     */
    record Text(int tokensMax, boolean mayBeEmpty) implements Part {
        /** Checks the bound. */
        public Text {
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
     * An array of strings; it may be empty.
     *
     * @param item what each of them is
     * @param itemsMax it is closed after this many
     */
    record Texts(Text item, int itemsMax) implements Part {
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
