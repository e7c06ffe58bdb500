package io.npuq.launcher.batch;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.launcher.client.NpuqApi;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The loop of a batch: documents are found one after the other, and a few of them are worked on at once, each by one thread. */
final class Run {
    private final ResultFile results;
    private final Work work;
    private final Clock clock;
    private final Skips skips;
    private final Progress progress;
    private final Patience patience;
    private final Room room = new Room();
    private final ExecutorService threads = Executors.newFixedThreadPool(Room.DOCUMENTS);
    private Tally tally = Tally.NONE;
    private volatile @Nullable Throwable fatal;

    Run(ResultFile results, Work work, Clock clock, Skips skips, Progress progress) {
        this.results = results;
        this.work = work;
        this.clock = clock;
        this.skips = skips;
        this.progress = progress;
        patience = new Patience(this::say);
    }

    /** Works on all documents; answers what became of them. */
    Tally all(Sources sources, NpuqApi api, String model) throws BatchException, InterruptedException {
        PartJobs jobs = new PartJobs(api, patience, work, model);
        try {
            sources.each(source -> begin(source, jobs));
            threads.shutdown();
            while (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                // Jobs take as long as they take.
            }
        } finally {
            patience.end();
            threads.shutdownNow();
        }
        throwWhatStoppedIt();
        return tally;
    }

    /** Waits for room, and has the document worked on; answers whether there may be more. */
    private boolean begin(Source source, PartJobs jobs) {
        if (!results.claim(source.name())) {
            return true; // it was named twice
        }
        try {
            room.enter(source);
        } catch (InterruptedException e) {
            stop(e);
            return false;
        }
        if (fatal != null) {
            return false;
        }
        threads.execute(() -> {
            try {
                one(source, jobs);
            } catch (BatchException | InterruptedException | RuntimeException e) {
                stop(e);
            } finally {
                room.leave(source);
            }
        });
        return true;
    }

    private void one(Source source, PartJobs jobs) throws BatchException, InterruptedException {
        DocumentText text;
        try {
            text = DocumentText.read(source);
        } catch (DocumentException e) {
            unread(source, e.failure());
            return;
        }
        if (results.has(source.name(), text.digest())) {
            count(Tally::plusBefore);
            return;
        }
        Summary summary = new Summary(jobs, work);
        try {
            JsonNode job = summary.of(text.text());
            results.append(ResultLine.succeeded(source.name(), text, work, job, summary.record(), clock.instant()));
            count(Tally::plusSucceeded);
        } catch (DocumentException e) {
            results.append(ResultLine.failed(
                    source.name(), Optional.of(text), work, e.failure(), summary.record(), clock.instant()));
            failed(source, e.failure());
        }
    }

    /** What was only found may be something else than a text; what was named may not. */
    private void unread(Source source, Failure failure) throws BatchException {
        boolean nothing = failure.code().equals(Failure.EMPTY);
        if (!source.named() && (nothing || failure.code().equals(Failure.NOT_TEXT))) {
            skips.add(nothing ? Skips.EMPTY : Skips.BINARY, source.name());
            count(Tally::plusSkipped);
            return;
        }
        results.append(ResultLine.failed(source.name(), Optional.empty(), work, failure, List.of(), clock.instant()));
        failed(source, failure);
    }

    private void failed(Source source, Failure failure) {
        say(source.name() + " failed: " + failure.code() + ": " + failure.message());
        count(Tally::plusFailed);
    }

    private synchronized void count(UnaryOperator<Tally> one) {
        tally = one.apply(tally);
        progress.moved(tally);
    }

    private synchronized void say(String line) {
        progress.say(line);
    }

    private void stop(Throwable why) {
        synchronized (this) {
            if (fatal == null) {
                fatal = why;
            }
        }
        patience.end();
        threads.shutdownNow();
    }

    private void throwWhatStoppedIt() throws BatchException, InterruptedException {
        Throwable why = fatal;
        if (why instanceof BatchException known) {
            throw known;
        }
        if (why instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        if (why instanceof RuntimeException bug) {
            throw bug;
        }
    }
}
