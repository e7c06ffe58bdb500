package io.npuq.api.kserve.grpc;

import io.npuq.api.http.Problem;
import io.vertx.grpc.common.GrpcStatus;

/** Problems as gRPC tells them. */
final class GrpcStatuses {
    private static final String RETRY_AFTER = "Retry-After";

    private GrpcStatuses() {}

    /** The code that goes with the HTTP status of the problem. */
    static GrpcStatus of(Problem problem) {
        return switch (problem.status()) {
            case 401 -> GrpcStatus.UNAUTHENTICATED;
            case 403, 421 -> GrpcStatus.PERMISSION_DENIED;
            case 404 -> GrpcStatus.NOT_FOUND;
            // Of all conflicts, a job that somebody cancelled is the one that a client did not make itself.
            case 409 -> problem.code().equals("cancelled") ? GrpcStatus.CANCELLED : GrpcStatus.ABORTED;
            case 413, 429 -> GrpcStatus.RESOURCE_EXHAUSTED;
            case 422, 504 -> GrpcStatus.DEADLINE_EXCEEDED;
            case 503 -> GrpcStatus.UNAVAILABLE;
            default -> problem.status() < 500 ? GrpcStatus.INVALID_ARGUMENT : GrpcStatus.INTERNAL;
        };
    }

    /** What is wrong, and when to come again, where that helps. */
    static String message(Problem problem) {
        String after = problem.headers().get(RETRY_AFTER);
        return after == null ? problem.message() : problem.message() + "; come again in " + after + " s";
    }
}
