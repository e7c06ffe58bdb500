package io.npuq.worker.models;

import java.util.Optional;

/**
 * How far a pull is.
 *
 * @param stage what it does now
 * @param note what it waits for, or tries again and why; for people
 * @param file the file that moved on, while files are fetched
 */
public record PullProgress(Stage stage, Optional<String> note, Optional<FileProgress> file) {
    /** What a pull does, in this order. */
    public enum Stage {
        /** It waits for another process, or before another try. */
        WAITING,
        /** It asks the hub for the list of files. */
        LISTING,
        /** It fetches files. */
        FETCHING,
        /** All files are there and have been checked; they are brought to the disk. */
        VERIFYING,
        /** The model gets its name. */
        WRITING,
        /** The model is there. */
        DONE
    }

    /**
     * One file.
     *
     * @param path below the model's directory
     * @param digest of its content, with the algorithm in front
     * @param bytes its size
     * @param completed how many of them are there
     */
    public record FileProgress(String path, String digest, long bytes, long completed) {}

    static PullProgress at(Stage stage) {
        return new PullProgress(stage, Optional.empty(), Optional.empty());
    }

    static PullProgress waiting(String note) {
        return new PullProgress(Stage.WAITING, Optional.of(note), Optional.empty());
    }

    static PullProgress of(RemoteFile file, long completed) {
        return new PullProgress(
                Stage.FETCHING,
                Optional.empty(),
                Optional.of(new FileProgress(file.path(), file.hash().text(), file.bytes(), completed)));
    }
}
