package io.npuq.launcher.batch;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.launcher.client.ApiException;
import io.npuq.launcher.client.NpuqApi;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * One answer about each of many documents. Run again, it goes on where it was ended, however that was: documents that are in the result are not
 * asked about again, and a part that has a job at the server gets no second one.
 *
 * @param documents names of files and folders, patterns, {@code -} for standard input
 * @param splitting what of a file is a document
 * @param work what is asked about each
 * @param out where the result is to be
 */
public record Batch(List<String> documents, Splitting splitting, Work work, Path out, Format format) {
    /**
     * Runs to its end.
     *
     * @param standardInput what {@code -} names
     * @param progressOf shows how far it is, of so many documents where that is known
     * @return what became of the documents
     * @throws ApiException when the server does not answer at all at first
     * @throws BatchException when the documents, or what is in the place of the result, are not what they should be; or nothing can be written
     */
    public Tally run(NpuqApi api, InputStream standardInput, Clock clock, Function<OptionalLong, Progress> progressOf)
            throws ApiException, BatchException, InterruptedException {
        Skips skips = new Skips();
        Path lines = format.lines(out);
        Sources sources = new Sources(documents, splitting, standardInput, List.of(lines, out), skips);
        Progress progress = progressOf.apply(sources.count());
        JsonNode health = api.health();
        Tally tally;
        try (ResultFile results = ResultFile.open(lines, work)) {
            Run run = new Run(results, work, clock, skips, progress);
            tally = run.all(sources, api, health.path("model").asText(""));
        } finally {
            progress.end();
        }
        skips.lines().forEach(progress::say);
        render(lines);
        return tally;
    }

    private void render(Path lines) throws BatchException {
        try {
            format.render(lines, out);
        } catch (IOException e) {
            throw new BatchException(
                    "cannot write to " + out + ": " + e.getMessage() + "; the answers are in " + lines, e);
        }
    }
}
