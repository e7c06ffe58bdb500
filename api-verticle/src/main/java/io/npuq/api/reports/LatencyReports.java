package io.npuq.api.reports;

import java.time.Instant;
import java.util.concurrent.CompletionStage;

/** Makes latency reports from the request log, which may be long: it takes seconds. */
public interface LatencyReports {
    /** The forms that there are. */
    enum Form {
        /** For programs. */
        JSON("application/json"),
        /** A page that needs nothing else. */
        HTML("text/html; charset=utf-8"),
        /** A line for each kind, device, and time. */
        CSV("text/csv; charset=utf-8"),
        /** Tables for a review. */
        MD("text/markdown; charset=utf-8");

        private final String contentType;

        Form(String contentType) {
            this.contentType = contentType;
        }

        String contentType() {
            return contentType;
        }
    }

    /** A report that is being made. */
    interface Making extends AutoCloseable {
        /** Its bytes; completes on any thread, exceptionally where the log cannot be read. */
        CompletionStage<byte[]> report();

        /** Nobody wants it any more. */
        @Override
        void close();
    }

    /**
     * Begins one. Does not block.
     *
     * @param since jobs that ended before are left out
     * @param until so are those that ended then or later
     */
    Making begin(Instant since, Instant until, Form form);
}
