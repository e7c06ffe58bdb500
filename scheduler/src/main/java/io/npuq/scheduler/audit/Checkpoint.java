package io.npuq.scheduler.audit;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How far the log went at a moment. As a note's text it has the shape of a transparency log's checkpoint (c2sp.org/tlog-checkpoint): origin,
 * size and hash, a line each, then the time. The hash is the chain's head, not that of a tree.
 *
 * @param origin which log: the name of its key
 * @param entries how many entries it had
 * @param head SHA-256 of the last of them, hexadecimal; zeros when there was none
 * @param at when it was signed
 */
public record Checkpoint(String origin, long entries, String head, Instant at) {
    private static final Pattern SIZE = Pattern.compile("0|[1-9][0-9]{0,17}");
    private static final String TIME = "time ";
    private static final int HASH_BYTES = 32;

    String text() {
        String hash = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(head));
        return origin + "\n" + entries + "\n" + hash + "\n" + TIME + at + "\n";
    }

    /** The checkpoint of a note's text; empty when it is none. */
    static Optional<Checkpoint> parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length < 4 || !SIZE.matcher(lines[1]).matches() || !lines[3].startsWith(TIME)) {
            return Optional.empty();
        }
        try {
            byte[] hash = Base64.getDecoder().decode(lines[2]);
            Instant at = Instant.parse(lines[3].substring(TIME.length()));
            return hash.length == HASH_BYTES
                    ? Optional.of(new Checkpoint(
                            lines[0], Long.parseLong(lines[1]), HexFormat.of().formatHex(hash), at))
                    : Optional.empty();
        } catch (IllegalArgumentException | DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
