package io.npuq.api.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.npuq.api.http.Answer;
import io.npuq.api.http.Exchange;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.schema.Json;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/**
 * What is served to a browser as it is.
 *
 * @param contentType of the bytes
 * @param etag names these bytes: a browser that has them is told so
 */
@SuppressWarnings("ArrayRecordComponent") // made once, written once, compared by nobody
record Page(String contentType, byte[] bytes, String etag) {
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;
    private static final byte[] NOTHING = {};

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

    private static final String SWAGGER = "/META-INF/resources/webjars/swagger-ui/";
    private static final String SWAGGER_POM = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";

    static Page ofDocument() throws JsonProcessingException {
        return of("application/json", Json.MAPPER.writeValueAsBytes(OpenApiDocument.read()));
    }

    /**
     * One of the few files below {@code /docs}; the page itself has no name.
     *
     * @throws ProblemException 404 for any other name
     */
    static Page ofFile(String name) throws IOException {
        return switch (name) {
            case "" -> of("text/html; charset=utf-8", resource("docs.html"));
            case "docs.js" -> of("text/javascript; charset=utf-8", resource(name));
            case "swagger-ui-bundle.js" -> of("text/javascript; charset=utf-8", resource(swagger() + name));
            case "swagger-ui.css" -> of("text/css; charset=utf-8", resource(swagger() + name));
            case "favicon-32x32.png" -> of("image/png", resource(swagger() + name));
            default -> throw new ProblemException(Problem.of(404, "not_found", "not found"));
        };
    }

    Answer answer(Exchange exchange) {
        boolean isKnown = exchange.header("If-None-Match").filter(etag::equals).isPresent();
        return (isKnown ? Answer.of(NOT_MODIFIED, contentType, NOTHING) : Answer.of(OK, contentType, bytes))
                .with(HEADERS)
                .with("ETag", etag);
    }

    private static Page of(String contentType, byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return new Page(contentType, bytes, '"' + HexFormat.of().formatHex(hash, 0, 16) + '"');
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Where the files of its one version are. */
    private static String swagger() throws IOException {
        Properties pom = new Properties();
        try (InputStream file = stream(SWAGGER_POM)) {
            pom.load(file);
        }
        return SWAGGER + pom.getProperty("version") + "/";
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream file = stream(name)) {
            return file.readAllBytes();
        }
    }

    private static InputStream stream(String name) {
        return Objects.requireNonNull(Page.class.getResourceAsStream(name), name);
    }
}
