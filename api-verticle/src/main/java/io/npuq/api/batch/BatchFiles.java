package io.npuq.api.batch;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/**
 * Where files and batches are: below the data directory, in {@code files} and {@code batches}. The queue's backups hold both, by the endings
 * that they know ({@link io.npuq.scheduler.Backup#BESIDE}); an older copy of them is safe, for lines that are not in it are found by their jobs.
 *
 * @param files what clients sent, and what they can fetch
 * @param batches the batches; beside each one's record is what it has so far
 * @param ids names for new ones
 */
record BatchFiles(FileStore files, Shelf<Batch> batches, Ids ids) {
    private static final String OUTPUT = ".output";
    private static final String ERRORS = ".errors";
    private static final String JOBS = ".jobs";

    static BatchFiles open(Path dataDir, Clock clock) throws IOException {
        Ids ids = new Ids(clock);
        return new BatchFiles(
                FileStore.open(dataDir.resolve("files"), ids),
                Shelf.open(dataDir.resolve("batches"), Batch.class, Batch::id),
                ids);
    }

    /** Erases what a crash left beside batches that have ended. */
    void clearUp() throws IOException {
        for (Path file : SafeFiles.in(batches.directory())) {
            String name = String.valueOf(file.getFileName());
            String id = name.substring(0, Math.max(0, name.lastIndexOf('.')));
            boolean ended =
                    batches.find(id).map(batch -> batch.status().isFinal()).orElse(!batches.holds(id));
            if (ended && !name.endsWith(Shelf.JSON) && Ids.isOne(Ids.BATCH, id)) {
                SafeFiles.erase(file);
            }
        }
    }

    /** Answers so far, a line each. */
    Path output(Batch batch) {
        return beside(batch, OUTPUT);
    }

    /** Errors so far, a line each. */
    Path errors(Batch batch) {
        return beside(batch, ERRORS);
    }

    /** Which job each line became. */
    Path jobs(Batch batch) {
        return beside(batch, JOBS);
    }

    /** Erases what is beside the record. */
    void eraseParts(Batch batch) throws IOException {
        SafeFiles.erase(output(batch));
        SafeFiles.erase(errors(batch));
        SafeFiles.erase(jobs(batch));
    }

    private Path beside(Batch batch, String ending) {
        return batches.directory().resolve(batch.id() + ending);
    }
}
