package io.npuq.schema.shape;

import java.util.List;
import java.util.Optional;

/** What a JSON value may be. A tree without cycles. */
public sealed interface JsonShape {
    /** Any value, as deep as an answer may be. */
    record Anything() implements JsonShape {}

    /**
     * An object. Its members come in this order; those that are not required may be missing.
     *
     * @param members no name twice
     * @param others what further members of other names hold, behind these; empty when there may be none
     */
    record ObjectOf(List<Member> members, Optional<JsonShape> others) implements JsonShape {
        /** Any object. */
        public static final ObjectOf ANY = new ObjectOf(List.of(), Optional.of(new Anything()));

        /** Copies the list. */
        public ObjectOf {
            members = List.copyOf(members);
        }
    }

    /** One member of an object. */
    record Member(String name, JsonShape value, boolean required) {}

    /**
     * An array.
     *
     * @param item every element
     * @param itemsMin fewest elements
     * @param itemsMax most elements, at least {@code itemsMin}
     */
    record ArrayOf(JsonShape item, int itemsMin, int itemsMax) implements JsonShape {}

    /**
     * A string.
     *
     * @param charsMin fewest characters, in code points
     * @param charsMax most characters, at least {@code charsMin}
     */
    record Text(int charsMin, int charsMax) implements JsonShape {}

    /**
     * A number.
     *
     * @param whole whether it has neither fraction nor exponent
     */
    record Numeric(boolean whole) implements JsonShape {}

    /**
     * One of several given values.
     *
     * @param json the values, each as compact JSON; at least one, none twice
     */
    record Given(List<String> json) implements JsonShape {
        /** Copies the list. */
        public Given {
            json = List.copyOf(json);
        }
    }

    /**
     * What any of several shapes allows.
     *
     * @param options at least one
     */
    record AnyOf(List<JsonShape> options) implements JsonShape {
        /** Copies the list. */
        public AnyOf {
            options = List.copyOf(options);
        }
    }
}
