package io.npuq.schema;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** A constant that has a name of its own on the wire, in the journal and on the command line. */
public interface WireName {
    /** The name that users see: lower case with underscores, unless the interface says otherwise. */
    String wire();

    /** The constant of that name; empty when there is none. */
    static <E extends Enum<E> & WireName> Optional<E> find(Class<E> type, String wire) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.wire().equals(wire))
                .findFirst();
    }

    /**
     * The constant of that name.
     *
     * @throws InvalidInputException naming the field and every allowed name
     */
    static <E extends Enum<E> & WireName> E parse(Class<E> type, String field, String wire) {
        return find(type, wire)
                .orElseThrow(() -> new InvalidInputException(
                        field,
                        field + " must be one of "
                                + Arrays.stream(type.getEnumConstants())
                                        .map(WireName::wire)
                                        .collect(Collectors.joining(", "))));
    }
}
