package io.npuq.scheduler.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The log of one of several hosts that keep theirs in one place.
 *
 * @param name whose, for messages
 * @param notes its checkpoints and notes of keys, as a file has them
 * @param entries how many entries it has, by that place's own word
 * @param head hash of the last of them by the same word, hexadecimal
 * @param lines gives its entries
 */
public record HostLog(String name, String notes, long entries, String head, Lines lines) {
    SignedNote.Read read() {
        return SignedNote.readAll(notes.getBytes(StandardCharsets.UTF_8));
    }

    /** Gives the entries of a log in the order in which they stand there. */
    @FunctionalInterface
    public interface Lines {
        /** Gives them until they are all given, or no more are wanted. */
        void read(Taker taker) throws IOException;
    }

    /** Takes the entries of a log. */
    public interface Taker {
        /** The next one; answers whether more are wanted. */
        boolean take(byte[] line, Object where);

        /** What stands there is no entry; nothing more is wanted. */
        void unreadable(Object where, String how);
    }
}
