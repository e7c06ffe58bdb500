package io.npuq.api;

import io.npuq.api.reports.LatencyReports;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** Reports that a test makes by hand. */
final class TestReports implements LatencyReports {
    final LinkedBlockingQueue<Asked> asked = new LinkedBlockingQueue<>();

    /** A report that somebody wants. */
    record Asked(
            Instant since, Instant until, Form form, CompletableFuture<byte[]> making, CompletableFuture<Boolean> given)
            implements Making {
        @Override
        public CompletionStage<byte[]> report() {
            return making;
        }

        @Override
        public void close() {
            given.complete(true);
        }
    }

    @Override
    public Making begin(Instant since, Instant until, Form form) {
        Asked making = new Asked(since, until, form, new CompletableFuture<>(), new CompletableFuture<>());
        asked.add(making);
        return making;
    }

    Asked next() {
        try {
            return asked.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
