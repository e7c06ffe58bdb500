package io.npuq.api.http;

import io.npuq.schema.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * What is served to a browser as it is.
 *
 * @param contentType of the bytes
 * @param bytes the file
 * @param etag names these bytes: a browser that has them is told so
 */
@SuppressWarnings("ArrayRecordComponent") // made once, written once, compared by nobody
public record StaticFile(String contentType, byte[] bytes, String etag) {
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;
    private static final byte[] NOTHING = {};

    /** Half a hash tells files apart. */
    private static final int ETAG_CHARS = 32;

    /** Types by the ends of names. */
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png");

    /** Nothing comes from elsewhere, and nothing runs that is not a file of this server. Swagger UI draws its icons from {@code data:}. */
    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cache-Control",
            "no-cache");

    /** These bytes. */
    public static StaticFile of(String contentType, byte[] bytes) {
        return new StaticFile(contentType, bytes, '"' + Sha256.hex(bytes).substring(0, ETAG_CHARS) + '"');
    }

    /**
     * A file among the resources, whose type is told by its name.
     *
     * @param name as {@code owner} finds it
     * @throws ProblemException 404 where there is none
     */
    public static StaticFile ofResource(Class<?> owner, String name) throws IOException {
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        try (InputStream file = owner.getResourceAsStream(name)) {
            if (file == null || type == null) {
                throw new ProblemException(Problem.of(404, "not_found", "not found"));
            }
            return of(type, file.readAllBytes());
        }
    }

    /** The file, or that the browser has it. */
    public Answer answer(Exchange exchange) {
        boolean isKnown = exchange.header("If-None-Match").filter(etag::equals).isPresent();
        return (isKnown ? Answer.of(NOT_MODIFIED, contentType, NOTHING) : Answer.of(OK, contentType, bytes))
                .with(HEADERS)
                .with("ETag", etag);
    }
}
