package io.npuq.launcher.batch;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which documents a result has: about 110 bytes of memory each, however long their names and answers are. */
final class ResultIndex {
    private static final long NONE = -1;

    private final Map<Digest.Half, Entry> documents = new HashMap<>();
    private long lines;
    private boolean old;

    /** A document: the number of its newest line, and what that is about. */
    private static final class Entry {
        private long line = NONE;
        private boolean succeeded;
        private boolean claimed;
        private Digest.@Nullable Half content;
    }

    /** Takes the next line. */
    void add(ResultLine line) {
        Entry entry = entry(line.document());
        old |= entry.line != NONE;
        entry.line = lines++;
        entry.succeeded = line.isSucceeded();
        entry.content = line.digest().isEmpty() ? null : new Digest(line.digest()).half();
    }

    boolean claim(String document) {
        Entry entry = entry(document);
        boolean first = !entry.claimed;
        entry.claimed = true;
        return first;
    }

    boolean has(String document, Digest content) {
        Entry entry = entry(document);
        return entry.succeeded && content.half().equals(entry.content);
    }

    /** Whether there are lines with a newer one about the same document. */
    boolean hasOld() {
        return old;
    }

    /** Whether the line of that number, from 0, is the newest about its document. */
    boolean isLatest(long number, ResultLine line) {
        return entry(line.document()).line == number;
    }

    long lines() {
        return lines;
    }

    private Entry entry(String document) {
        return documents.computeIfAbsent(Digest.of(document).half(), unused -> new Entry());
    }
}
