package io.npuq.api.kserve.grpc;

import io.npuq.api.http.Exchange;
import io.npuq.api.http.Failures;
import io.npuq.api.http.Keyring;
import io.npuq.api.http.Problem;
import io.npuq.api.http.RequestCounter;
import io.npuq.api.http.RequestIds;
import io.npuq.api.http.RequestTrace;
import io.npuq.scheduler.Sender;
import io.npuq.schema.JobId;
import io.npuq.schema.Limits;
import io.npuq.schema.TraceContext;
import io.npuq.schema.config.ApiKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.MessageSizeOverflowException;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call and its end. Lives on the event loop's thread that its connection belongs to, until its one status, which is also its one
 * log line.
 */
final class GrpcCall<A> {
    /** What may wait for the client: more than the longest answer has. */
    private static final int UNREAD_BYTES_MAX = 256 << 10;

    /** Those of which the server is to blame, as OpenTelemetry has it. */
    private static final Set<GrpcStatus> FAULTS = EnumSet.of(
            GrpcStatus.UNKNOWN,
            GrpcStatus.DEADLINE_EXCEEDED,
            GrpcStatus.UNIMPLEMENTED,
            GrpcStatus.INTERNAL,
            GrpcStatus.UNAVAILABLE,
            GrpcStatus.DATA_LOSS);

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.LOG_NAME);
    private static final double NANOS_PER_TENTH_MILLI = 1e5;

    private final GrpcServerRequest<Buffer, A> request;
    private final GrpcServerResponse<Buffer, A> response;
    private final Optional<ApiKey> key;
    private final RequestCounter counter;
    private final String requestId;
    private final long startedNanos = System.nanoTime();
    private final List<Runnable> whenGone = new ArrayList<>();
    private RequestTrace trace = RequestTrace.NONE;
    private @Nullable JobId job;
    private boolean over;

    /**
     * A call that the door let in.
     *
     * @param keyring knows whose it is
     * @param counter told of its end
     */
    GrpcCall(GrpcServerRequest<Buffer, A> request, Keyring keyring, RequestCounter counter) {
        this.request = request;
        this.counter = counter;
        this.key = keyring.holder(request.headers());
        this.response = request.response();
        this.requestId = RequestIds.of(request.headers().get(RequestIds.HEADER));
        request.errorHandler(error -> gone());
        request.exceptionHandler(broken -> gone());
        response.exceptionHandler(broken -> gone());
        request.invalidMessageHandler(invalid -> fail(
                invalid instanceof MessageSizeOverflowException
                        ? Problem.of(
                                413,
                                "body_too_large",
                                "the message is larger than " + Limits.BODY_BYTES_MAX + " bytes, which is the most")
                        : Problem.of(400, "invalid_body", "the message is not of this method's type")));
        response.setWriteQueueMaxSize(UNREAD_BYTES_MAX);
        response.headers().set(RequestIds.HEADER, requestId);
    }

    /** The messages of the client, not parsed yet. */
    GrpcServerRequest<Buffer, A> request() {
        return request;
    }

    /** The value of this key among the metadata. */
    Optional<String> metadata(String key) {
        return Optional.ofNullable(request.headers().get(key));
    }

    /**
     * Whose call it is: the name of its API key or the client's address, what it may do, and its idempotency key.
     *
     * @param namesPriority whether the client itself named the job's priority
     */
    Sender sender(boolean namesPriority) {
        if (trace == RequestTrace.NONE) {
            trace = counter.trace(request.headers().getAll(TraceContext.HEADER), startedNanos);
        }
        return unbound(namesPriority).traced(trace.ofJob());
    }

    private Sender unbound(boolean namesPriority) {
        Optional<String> once = metadata(Exchange.IDEMPOTENCY_KEY);
        return key.map(shown -> new Sender(shown.name(), once, shown.limits(), namesPriority))
                .orElseGet(() -> new Sender(request.connection().remoteAddress().hostAddress(), once));
    }

    /** Names the job that the call is about, for the log. */
    void about(JobId id) {
        job = id;
    }

    /** What the client is told of an exception. */
    Problem problem(Throwable thrown) {
        return Failures.problem(thrown, requestId);
    }

    /** Runs when the client goes away before the end; at once when it is gone already. */
    void whenGone(Runnable action) {
        if (over) {
            action.run();
        } else {
            whenGone.add(action);
        }
    }

    /** Sends one message, and metadata before the first. */
    void send(A message, Map<String, String> metadata) {
        if (over) {
            return;
        }
        if (response.writeQueueFull()) {
            // The client does not read what it is sent.
            response.cancel();
            gone();
            return;
        }
        metadata.forEach((name, value) -> response.headers().set(name.toLowerCase(Locale.ROOT), value));
        response.write(message);
    }

    /** All is sent. */
    void end() {
        if (!over) {
            ended(GrpcStatus.OK);
            response.end();
        }
    }

    /** Ends with an error. */
    void fail(Problem problem) {
        if (!over) {
            GrpcStatus status = GrpcStatuses.of(problem);
            List<Runnable> waiting = List.copyOf(whenGone);
            ended(status);
            problem.headers().forEach((name, value) -> response.trailers().set(name.toLowerCase(Locale.ROOT), value));
            response.status(status).statusMessage(GrpcStatuses.message(problem)).end();
            waiting.forEach(Runnable::run);
        }
    }

    /** Likewise. */
    void fail(Throwable thrown) {
        fail(problem(thrown));
    }

    private void gone() {
        if (!over) {
            List<Runnable> waiting = List.copyOf(whenGone);
            ended(GrpcStatus.CANCELLED);
            waiting.forEach(Runnable::run);
        }
    }

    private void ended(GrpcStatus status) {
        over = true;
        whenGone.clear();
        String endpoint = "/" + request.fullMethodName();
        counter.answered(endpoint, status.name());
        trace.ended(new RequestTrace.End(
                "grpc", "", endpoint, status.name(), FAULTS.contains(status), requestId, Optional.ofNullable(job)));
        if (LOG.isInfoEnabled()) {
            double ms = Math.round((System.nanoTime() - startedNanos) / NANOS_PER_TENTH_MILLI) / 10.0;
            LOG.info(
                    "gRPC {} {} {} ms {} {}{}",
                    request.methodName(),
                    status.name(),
                    ms,
                    requestId,
                    Optional.ofNullable(job).map(JobId::value).orElse("-"),
                    key.map(shown -> " key=" + shown.name()).orElse(""));
        }
    }
}
