package io.npuq.api.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One batch from its creation, or from the last start, to its end. Everything that it must know is on disk before it goes on, so that it
 * may be left at any moment and opened again. On the batches' thread.
 */
final class BatchRun {
    private final BatchParts parts;
    private final BatchFiles files;
    private final LineRunner.Later later;
    private Batch batch;
    private @Nullable InputLines lines;
    private @Nullable Validation validation;
    private @Nullable Results results;
    private @Nullable LineJobs jobs;
    private @Nullable LineRunner runner;

    BatchRun(BatchParts parts, BatchFiles files, Batch batch, LineRunner.Later later) {
        this.parts = parts;
        this.files = files;
        this.batch = batch;
        this.later = later;
    }

    /** Opens what the batch is in need of. */
    void open() throws IOException {
        if (batch.status() == BatchStatus.FINALIZING || batch.status().isFinal()) {
            return;
        }
        Path input = files.files().data(batch.request().inputFileId());
        if (!Files.exists(input)) {
            fail(List.of(LineProblem.ofFile("file_not_found", "the batch's input file is not there any more")));
            return;
        }
        lines = InputLines.open(input);
        if (batch.at(BatchStatus.IN_PROGRESS).isPresent()) {
            openLines(lines);
        }
    }

    private void openLines(InputLines input) throws IOException {
        results = Results.open(files.output(batch), files.errors(batch), input.count());
        jobs = LineJobs.open(files.jobs(batch));
        runner = new LineRunner(parts, batch, input, results, jobs, later);
        runner.resume();
    }

    /** Does what there is to do now. */
    void step() throws IOException {
        Instant now = parts.clock().instant();
        switch (batch.status()) {
            case VALIDATING -> validate(now);
            case IN_PROGRESS, CANCELLING -> work(now);
            case FINALIZING -> finish(now);
            case FAILED, COMPLETED, EXPIRED, CANCELLED -> {}
        }
    }

    /** Puts on disk what was written since the last time. What is lost before, the queue still has. */
    void force() throws IOException {
        if (results != null && jobs != null) {
            results.force();
            jobs.force();
        }
    }

    /** Nobody wants it any more; nothing happens where it is too late for that. */
    void cancel() throws IOException {
        if (batch.status().isCancellable()) {
            save(batch.to(BatchStatus.CANCELLING, parts.clock().instant()));
        }
    }

    boolean isOver() {
        return batch.status().isFinal();
    }

    /** Lets go of everything; what is in the queue goes on. */
    void close() throws IOException {
        if (runner != null) {
            runner.leave();
        }
        if (lines != null) {
            lines.close();
        }
        if (results != null) {
            results.force();
            results.close();
        }
        if (jobs != null) {
            jobs.force();
            jobs.close();
        }
        runner = null;
        lines = null;
        results = null;
        jobs = null;
    }

    private void validate(Instant now) throws IOException {
        InputLines input = lines;
        if (input == null || parts.isLoading()) {
            return;
        }
        Validation checking =
                validation == null ? new Validation(input, batch.request().endpoint(), parts.calls()) : validation;
        validation = checking;
        if (!checking.step()) {
            again();
        } else if (!checking.problems().isEmpty()) {
            fail(checking.problems());
        } else {
            validation = null;
            save(batch.started(input.count(), checking.model(), now));
            openLines(input);
            work(now);
        }
    }

    private void fail(List<LineProblem> problems) throws IOException {
        close();
        files.eraseParts(batch);
        save(batch.failed(problems, parts.clock().instant()));
        keepInputUntil(parts.clock().instant().plus(parts.kept()));
    }

    private void work(Instant now) throws IOException {
        LineRunner running = runner;
        Results written = results;
        if (running == null || written == null) {
            finalizing(false, now); // cancelled before its lines were known
            return;
        }
        if (batch.status() == BatchStatus.CANCELLING) {
            running.stop(Stop.CANCELLED);
        } else if (!written.counts().isWhole() && !now.isBefore(batch.expiresAt())) {
            running.stop(Stop.EXPIRED);
        } else if (!parts.isLoading()) {
            running.fill(now);
        }
        if (!running.isIdle()) {
            show(written.counts());
        } else if (written.counts().isWhole()) {
            show(written.counts());
            finalizing(written.isExpired(), now);
        } else if (running.isStopped()) {
            running.giveUpSome();
            again();
        }
    }

    private void show(BatchCounts counts) {
        if (!counts.equals(batch.counts())) {
            batch = batch.counted(counts);
            files.batches().show(batch);
        }
    }

    private void finalizing(boolean expired, Instant now) throws IOException {
        close();
        save(batch.finalizing(expired, now));
        finish(now);
    }

    /** Done again after a crash, it ends the same. */
    private void finish(Instant now) throws IOException {
        Long asked = batch.request().outputKeptS();
        Instant gone = now.plus(asked == null ? parts.kept() : Duration.ofSeconds(asked));
        publish(files.output(batch), batch.outputFileId(), "_output.jsonl", now, gone);
        publish(files.errors(batch), batch.errorFileId(), "_error.jsonl", now, gone);
        keepInputUntil(now.plus(parts.kept()));
        save(batch.to(batch.end(), now));
        files.eraseParts(batch);
    }

    private void publish(Path part, String id, String ending, Instant now, Instant gone) throws IOException {
        if (Files.exists(part) && Files.size(part) > 0) {
            files.files()
                    .adopt(
                            part,
                            new StoredFile(id, Files.size(part), now, batch.id() + ending, StoredFile.OUTPUT, gone));
        }
    }

    private void keepInputUntil(Instant latest) throws IOException {
        Shelf<StoredFile> shelf = files.files().shelf();
        StoredFile input = shelf.find(batch.request().inputFileId()).orElse(null);
        if (input != null) {
            shelf.save(input.goneBy(latest));
        }
    }

    private void save(Batch changed) throws IOException {
        files.batches().save(changed);
        batch = changed;
    }

    private void again() {
        later.run(() -> {});
    }
}
