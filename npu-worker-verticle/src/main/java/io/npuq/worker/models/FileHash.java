package io.npuq.worker.models;

import io.npuq.worker.models.ModelException.Reason;
import java.util.regex.Pattern;

/**
 * What a file's content must be, in the hub's words: SHA-256 for those in its large-file store, git's SHA-1 of a blob for others.
 *
 * @param algorithm of the two
 * @param hex its value
 */
record FileHash(Algorithm algorithm, String hex) {
    /** How it is computed. */
    enum Algorithm {
        /** Over the content. */
        SHA256("sha256", 64),
        /** Over {@code blob}, the length, a zero, and the content. */
        GIT_BLOB("sha1", 40);

        private final String label;
        private final Pattern form;

        Algorithm(String label, int digits) {
            this.label = label;
            this.form = Pattern.compile("[0-9a-f]{" + digits + "}");
        }
    }

    static FileHash of(Algorithm algorithm, String hex) throws ModelException {
        if (!algorithm.form.matcher(hex).matches()) {
            throw new ModelException(Reason.DAMAGED, "the hub's list of files has a hash that is none");
        }
        return new FileHash(algorithm, hex);
    }

    /** With its algorithm in front: {@code sha256:…}. */
    String text() {
        return algorithm.label + ":" + hex;
    }
}
