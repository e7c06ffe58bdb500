package io.npuq.api.models;

import java.util.Optional;

/**
 * How far a pull is.
 *
 * @param stage what it does
 * @param note what it waits for, for people
 * @param file the file that moved on
 */
public record PullEvent(Stage stage, Optional<String> note, Optional<File> file) {
    /** What a pull does. */
    public enum Stage {
        /** It waits. */
        WAITING,
        /** It asks for the list of files. */
        MANIFEST,
        /** It fetches files. */
        FILES,
        /** It checks them. */
        VERIFYING,
        /** It gives the model its name. */
        WRITING,
        /** The model is there. */
        DONE
    }

    /**
     * One file.
     *
     * @param digest of its content, with the algorithm in front
     * @param total its size, in bytes
     * @param completed how many of them are there
     */
    public record File(String digest, long total, long completed) {}
}
