package io.npuq.api.http;

import io.npuq.schema.JobId;
import io.npuq.schema.TraceContext;
import java.util.Optional;

/** A request that is to make a job, as a span of a trace. On the event loop. */
public interface RequestTrace {
    /** Of a request that nobody traces. */
    RequestTrace NONE = new RequestTrace() {
        @Override
        public Optional<TraceContext> ofJob() {
            return Optional.empty();
        }

        @Override
        public Optional<TraceContext> ofLines() {
            return Optional.empty();
        }

        @Override
        public void ended(End end) {}
    };

    /** The span below which its job's own belong. */
    Optional<TraceContext> ofJob();

    /** The same for one that makes many jobs: those are in one trace only where the client itself began it. */
    Optional<TraceContext> ofLines();

    /** It was answered, or given up. */
    void ended(End end);

    /**
     * How a request ended.
     *
     * @param protocol {@code http} or {@code grpc}
     * @param method of HTTP; empty for gRPC
     * @param endpoint the pattern of its route, or the method of gRPC
     * @param status as {@link RequestCounter} has it
     * @param isFault whether the server is to blame
     * @param requestId its id
     * @param job the job that it was about
     */
    record End(
            String protocol,
            String method,
            String endpoint,
            String status,
            boolean isFault,
            String requestId,
            Optional<JobId> job) {}
}
