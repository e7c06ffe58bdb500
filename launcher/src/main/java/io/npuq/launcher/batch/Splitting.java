package io.npuq.launcher.batch;

/** What of a file is a document. */
public interface Splitting {
    /** The whole of it. */
    Splitting WHOLE = (file, taker, skips) -> taker.take(file);

    /** Each line. */
    static Splitting lines() {
        return new LineDocuments();
    }

    /** Each cell of that column, but for the first line, which names the columns. */
    static Splitting csv(String column) {
        return new CsvDocuments(column);
    }

    /**
     * Gives a file's documents to that taker; answers whether it wants more.
     *
     * @throws BatchException when the batch as a whole makes no sense
     */
    boolean split(Source file, Source.Taker taker, Skips skips) throws BatchException;
}
