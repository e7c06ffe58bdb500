package io.npuq.launcher.batch;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * One document, not read yet.
 *
 * @param name what it is called in the result; no two of a batch are called the same
 * @param bytes how long it is, as far as is known
 * @param named whether someone named it; what was only found in a folder may turn out to be no text, and is skipped then
 * @param content opens it
 */
record Source(String name, long bytes, boolean named, Content content) {
    /** Opens a document. */
    interface Content {
        InputStream open() throws IOException, DocumentException;
    }

    /** A document that is in memory already: a line, or a cell. */
    static Source of(String name, byte[] text) {
        return new Source(name, text.length, true, () -> new ByteArrayInputStream(text));
    }

    /** A document that cannot be had. */
    static Source broken(String name, Failure failure) {
        return new Source(name, 0, true, () -> {
            throw new DocumentException(failure);
        });
    }

    /** Takes documents as they are found. */
    interface Taker {
        /** Answers whether it wants more. */
        boolean take(Source source);
    }
}
