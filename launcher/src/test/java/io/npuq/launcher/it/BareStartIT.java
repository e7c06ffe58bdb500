package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.worker.TestRuntime;
import io.npuq.worker.setup.NpuqHome;
import io.npuq.worker.setup.SetupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts without Python and without network: the first one, and one where all is set up. */
final class BareStartIT {
    /** Nobody listens there. */
    private static final String NO_INDEX = "http://127.0.0.1:1/simple";

    @TempDir
    Path temp;

    @Test
    void withNothingToHaveItSaysSoAndServesAllKindsWithoutAModel() throws IOException {
        try (ServerProcess server = bare(temp.resolve("home")).serve()) {
            String missing = server.awaitLine("the set-up needs Python");
            assertTrue(missing.contains("none was found on PATH"), missing);
            assertTrue(missing.contains("apt install") && missing.contains("NPUQ_PYTHON"), missing);
            server.awaitLine("jobs run on the built-in extractive engine");
            Client client = server.client();
            for (String kind : List.of("title", "summary", "notification", "memory_candidate")) {
                String id = client.submit(Client.bounded(
                        kind, "Maria prefers short mails. The mail server in Osaka is slow since noon, restart it."));
                JsonNode job = client.awaitEnd(id);
                assertEquals("succeeded", job.path("state").asText(), job::toString);
                assertEquals("fallback", job.at("/evidence/verdict").asText(), job::toString);
                assertEquals("builtin-extractive", job.at("/evidence/model").asText(), job::toString);
                assertFalse(job.at("/result/text").asText().isBlank(), job::toString);
            }
            assertTrue(client.get("/healthz").body().path("ok").asBoolean());
        }
    }

    @Test
    void withPythonButNoIndexItNamesTheIndexAndServes() throws IOException {
        Npuq npuq = Npuq.in(temp.resolve("home"))
                .without("PIP_FIND_LINKS")
                .with("PIP_INDEX_URL", NO_INDEX)
                .with("PIP_RETRIES", "0")
                .with("PIP_CONFIG_FILE", "/dev/null");
        try (ServerProcess server = npuq.serve()) {
            server.awaitLine("jobs run on the built-in extractive engine");
            assertTrue(server.errors().contains("the set-up"), server::errors);
            Client client = server.client();
            String id = client.submit(Client.bounded("title", "The mail server in Osaka is slow since noon."));
            assertEquals("succeeded", client.awaitEnd(id).path("state").asText());
        }
    }

    @Test
    void whereAllIsSetUpItNeedsNeitherPythonNorNetwork() throws IOException, SetupException {
        TestRuntime.openVino();
        Path shared = NpuqHome.resolve(System.getenv()).dir();
        long began = System.nanoTime();
        try (ServerProcess server =
                bare(shared).serve("--data", temp.resolve("data").toString())) {
            Client client = server.client();
            client.get("/healthz").expect(200);
            System.out.printf("second start   answers after %.2f s%n", (System.nanoTime() - began) / 1e9);
            server.awaitLine("smollm2-135m-instruct is loaded on");
            System.out.printf("second start   model loaded after %.2f s%n", (System.nanoTime() - began) / 1e9);
            String id = client.submit(Client.bounded("title", "The mail server in Osaka is slow since noon."));
            JsonNode job = client.awaitEnd(id);
            assertEquals("succeeded", job.path("state").asText(), job::toString);
            assertEquals("smollm2-135m-instruct", job.at("/evidence/model").asText(), job::toString);
            assertFalse(server.errors().contains("set-up"), server::errors);
        }
    }

    private Npuq bare(Path home) throws IOException {
        Path empty = Files.createDirectories(temp.resolve("empty"));
        return Npuq.in(home)
                .without("PIP_FIND_LINKS")
                .without("JAVA_HOME")
                .with("PATH", empty.toString())
                .with("PIP_INDEX_URL", NO_INDEX);
    }
}
