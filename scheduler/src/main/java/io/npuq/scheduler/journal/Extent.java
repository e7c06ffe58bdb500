package io.npuq.scheduler.journal;

import java.nio.file.Path;
import java.util.List;

/**
 * What belongs to a journal at one moment: its files up to certain lengths. Below those nothing changes any more, but that texts are
 * erased; behind them lie space and what was not acknowledged.
 *
 * @param pieces its files, in order
 * @param entries number of its last entry
 * @param head hash of that entry, hexadecimal; zeros when there is none
 * @param torn whether bytes of an unfinished batch follow
 */
public record Extent(List<Piece> pieces, long entries, String head, boolean torn) {
    /**
     * A file of the journal's directory.
     *
     * @param name its name
     * @param bytes how much of it counts
     */
    public record Piece(String name, long bytes) {
        static Piece of(Path file, long bytes) {
            return new Piece(file.getFileName().toString(), bytes);
        }
    }

    /** A copy that nobody changes. */
    public Extent {
        pieces = List.copyOf(pieces);
    }

    /** How much that is, in bytes. */
    public long bytes() {
        return pieces.stream().mapToLong(Piece::bytes).sum();
    }

    /** How many segments. */
    public long segments() {
        return pieces.stream().filter(piece -> piece.name().endsWith(".log")).count();
    }
}
