package io.npuq.api.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what is no HTTP, or too much of it. Nothing of such a request can be trusted, so the connection closes. */
final class InvalidRequests {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.LOG_NAME);

    private InvalidRequests() {}

    static void answer(HttpServerRequest request, RequestCounter counter) {
        String requestId = RequestIds.of(null);
        Problem problem = problem(request.decoderResult().cause());
        counter.answered(RequestCounter.NO_ENDPOINT, Integer.toString(problem.status()));
        request.response()
                .setStatusCode(problem.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .putHeader(RequestIds.HEADER, requestId)
                .end(Buffer.buffer(ErrorShape.FLAT.render(problem)));
        request.connection().close();
        LOG.info("(no HTTP) {} {}", problem.status(), requestId);
    }

    private static Problem problem(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Problem.of(
                    414,
                    "uri_too_long",
                    "the request line is longer than " + HttpLimits.REQUEST_LINE_BYTES_MAX + " bytes");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Problem.of(
                    431,
                    "headers_too_large",
                    "the headers are larger than " + HttpLimits.HEADER_BYTES_MAX + " bytes together");
        }
        return Problem.of(400, "invalid_request", "this is not a valid HTTP/1.1 request");
    }
}
