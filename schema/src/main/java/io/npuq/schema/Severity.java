package io.npuq.schema;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How grave a notification is. */
public enum Severity implements WireName {
    /** News. */
    INFO,
    /** A problem. */
    WARNING,
    /** A failure. */
    CRITICAL;

    private static final List<String> WIRES =
            Stream.of(values()).map(Severity::wire).toList();

    @Override
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Every name on the wire, in order of gravity. */
    public static List<String> wires() {
        return WIRES;
    }
}
