package io.npuq.api.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.http.StaticFile;
import io.npuq.schema.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Properties;

/** The document, and the page that it is browsed with. */
final class DocsFiles {
    private static final String SWAGGER = "/META-INF/resources/webjars/swagger-ui/";
    private static final String SWAGGER_POM = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";

    private DocsFiles() {}

    static StaticFile document() throws JsonProcessingException {
        return StaticFile.of("application/json", Json.MAPPER.writeValueAsBytes(OpenApiDocument.read()));
    }

    /**
     * One of the few files below {@code /docs}; the page itself has no name.
     *
     * @throws ProblemException 404 for any other name
     */
    static StaticFile file(String name) throws IOException {
        return switch (name) {
            case "" -> resource("docs.html");
            case "docs.js" -> resource(name);
            case "swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png" -> resource(swagger() + name);
            default -> throw new ProblemException(Problem.of(404, "not_found", "not found"));
        };
    }

    private static StaticFile resource(String name) throws IOException {
        return StaticFile.ofResource(DocsFiles.class, name);
    }

    /** Where the files of its one version are. */
    private static String swagger() throws IOException {
        Properties pom = new Properties();
        try (InputStream file = Objects.requireNonNull(DocsFiles.class.getResourceAsStream(SWAGGER_POM), SWAGGER_POM)) {
            pom.load(file);
        }
        return SWAGGER + pom.getProperty("version") + "/";
    }
}
