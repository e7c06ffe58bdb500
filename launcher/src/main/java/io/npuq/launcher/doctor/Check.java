package io.npuq.launcher.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * One thing that was looked for.
 *
 * @param name what
 * @param status whether it is there
 * @param found what was found, or why not
 * @param next what to do; empty when there is nothing to do
 */
public record Check(String name, Status status, String found, String next) {
    /** Whether a thing is there. */
    public enum Status {
        /** It is there. */
        OK,
        /** It is not, and npuq works without it, with less. */
        MISSING,
        /** It is not, and npuq cannot work as it is configured. */
        NEEDED;

        @JsonValue
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Check ok(String name, String found) {
        return new Check(name, Status.OK, found, "");
    }

    static Check missing(String name, String found, String next) {
        return new Check(name, Status.MISSING, found, next);
    }

    static Check needed(String name, String found, String next) {
        return new Check(name, Status.NEEDED, found, next);
    }
}
