package io.npuq.launcher.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that share one queue, as processes of their own: what one of them has the others have, and none of them is needed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HostsIT {
    private static final String TEXT = "The mail server in Osaka is slow since noon.";

    /** More than enough to be met while it runs. */
    private static final int LONG_TOKENS = 1_024;

    @TempDir
    static Path home;

    private final List<String> acknowledged = new ArrayList<>();
    private SharedStore store;
    private Path model;
    private ServerProcess a;
    private ServerProcess b;

    @BeforeAll
    void serve() throws IOException {
        model = TinyModel.talkative(home);
        store = SharedStore.in(home.resolve("postgresql"));
        a = start("a");
        b = start("b");
        a.awaitServing().awaitLine("is loaded on");
        b.awaitServing().awaitLine("is loaded on");
    }

    @AfterAll
    void stop() {
        try (SharedStore last = store;
                ServerProcess one = a;
                ServerProcess other = b) {
            assertEquals(0, one.terminate().exitCode(), one::errors);
            assertEquals(0, other.terminate().exitCode(), other::errors);
        }
    }

    /** Whatever a test did: each acknowledged job has one start of its life and one end in the log, whichever hosts wrote them. */
    @AfterEach
    void nothingIsLostAndNothingEndsTwice() {
        for (String id : acknowledged) {
            String entries =
                    "SELECT count(*) FROM log WHERE line LIKE '%\"job\":\"" + id + "\"%' AND line LIKE '%\"type\":\"";
            assertEquals(1, store.number(entries + "submit\"%'"), id);
            assertEquals(1, store.number(entries + "end\"%'"), id);
        }
    }

    @Test
    void submittedAtOneHostItIsWaitedForAndCancelledAtTheOther() throws IOException {
        JsonNode waited = b.client().awaitEnd(submit(a, Client.chat(TEXT, 8)));
        assertEquals("succeeded", waited.path("state").asText(), waited::toString);
        String id = submit(a, Client.chat(TEXT, LONG_TOKENS));
        b.client().awaitRunning(id);
        b.client().post("/v1/jobs/" + id + "/cancel").expect(200);
        JsonNode cancelled = a.client().awaitEnd(id);
        assertEquals("cancelled", cancelled.path("state").asText(), cancelled::toString);
        assertEquals(1, cancelled.path("attempt").asInt(), cancelled::toString);
    }

    @Test
    void whatOneHostRunsIsStreamedAtTheOtherWhileItIsMade() throws IOException {
        scope(b, "pause");
        try {
            String id = submit(b, Client.chat(TEXT, LONG_TOKENS));
            String events;
            try (Stream<String> lines = b.client().lines("/v1/jobs/" + id + "/events")) {
                events = textWhileItIsMade(id, lines, "{\"attempt\"", "/text");
            }
            assertEquals(b.client().awaitEnd(id).at("/result/text").asText(), events);
            ObjectNode chat = Client.chat(TEXT, LONG_TOKENS);
            chat.remove(List.of("kind", "max_new_tokens"));
            chat.put("model", "tiny-qwen2").put("max_tokens", LONG_TOKENS).put("stream", true);
            try (Stream<String> lines = b.client().postLines("/v1/chat/completions", chat)) {
                String answered = textWhileItIsMade("", lines, "{\"id\"", "/choices/0/delta/content");
                assertTrue(answered.length() > LONG_TOKENS / 2, answered);
            }
        } finally {
            scope(b, "resume");
        }
    }

    /**
     * The text of a stream, of which there must be some while the job runs at a: its engine is stopped at the first piece.
     *
     * @param id the job; empty where it is the only one
     */
    private String textWhileItIsMade(String id, Stream<String> lines, String begin, String text) throws IOException {
        StringBuilder whole = new StringBuilder();
        for (String line : (Iterable<String>) lines::iterator) {
            if (!line.startsWith("data: " + begin)) {
                continue;
            }
            String piece = Json.MAPPER
                    .readTree(line.substring("data: ".length()))
                    .at(text)
                    .asText();
            if (whole.isEmpty() && !piece.isEmpty()) {
                Child engine = a.engine().freeze();
                String running = a.client().awaitAnyRunning();
                assertTrue(id.isEmpty() || id.equals(running), running);
                engine.go();
            }
            whole.append(piece);
        }
        return whole.toString();
    }

    /** Says something to that host alone. */
    private static void scope(ServerProcess host, String what) throws IOException {
        ObjectNode body = Json.MAPPER.createObjectNode().put("scope", "host");
        host.client().post("/v1/queue/" + what, body).expect(200);
    }

    @Test
    void whatAKilledHostRanRunsAtAnotherWithinSeconds() throws IOException {
        try (ServerProcess victim = start("victim")) {
            victim.awaitServing().awaitLine("is loaded on");
            List<Child> spared = List.of(a.engine().freeze(), b.engine().freeze());
            Child lost = victim.engine().freeze();
            List<String> jobs = new ArrayList<>();
            for (int host = 0; host < 3; host++) {
                jobs.add(submit(a, Client.chat(TEXT, 8)));
            }
            for (String id : jobs) {
                b.client().awaitRunning(id);
            }
            long killedNanos = System.nanoTime();
            victim.kill();
            assertTrue(!lost.isAlive());
            spared.forEach(Child::go);
            JsonNode again = awaitSecondAttempt(jobs);
            System.out.printf(
                    Locale.ROOT,
                    "failover      a host killed with kill -9; its job ran at another %.2f s later%n",
                    (System.nanoTime() - killedNanos) / 1e9);
            for (String id : jobs) {
                JsonNode job = b.client().awaitEnd(id);
                assertEquals("succeeded", job.path("state").asText(), job::toString);
                assertEquals(
                        job.path("id").equals(again.path("id")) ? 2 : 1,
                        job.path("attempt").asInt(),
                        job::toString);
            }
        }
    }

    @Test
    void whileTheStoreIsGoneNothingIsTakenAndThenAllGoesOn() throws IOException {
        List<Child> engines = List.of(a.engine().freeze(), b.engine().freeze());
        List<String> jobs = new ArrayList<>();
        for (int job = 0; job < 6; job++) {
            jobs.add(submit(job % 2 == 0 ? a : b, Client.chat(TEXT, 8)));
        }
        b.client().awaitRunning(jobs.get(0));
        store.kill();
        for (ServerProcess host : List.of(a, b)) {
            Client.Reply refused = host.client().post("/v1/jobs", Client.bounded("title", TEXT));
            assertEquals(503, refused.status(), () -> refused.body().toString());
            assertEquals("store_unavailable", refused.body().at("/error/code").asText());
            assertTrue(refused.headers()
                            .firstValue("Retry-After")
                            .map(Integer::parseInt)
                            .orElse(0)
                    >= 1);
        }
        engines.forEach(Child::go);
        store.startAgain();
        for (String id : jobs) {
            JsonNode job = awaitEndOnceReached(a.client(), id);
            assertEquals("succeeded", job.path("state").asText(), job::toString);
            assertEquals(1, job.path("attempt").asInt(), job::toString);
        }
        JsonNode after = a.client().awaitEnd(submit(b, Client.chat(TEXT, 8)));
        assertEquals("succeeded", after.path("state").asText(), after::toString);
    }

    /** Any of the jobs that has begun a second attempt. */
    private JsonNode awaitSecondAttempt(List<String> jobs) throws IOException {
        while (true) {
            for (String id : jobs) {
                JsonNode job = b.client().job(id).body();
                if (job.path("attempt").asInt() == 2) {
                    return job;
                }
            }
        }
    }

    /** A host that has not reached the store yet says so. */
    private static JsonNode awaitEndOnceReached(Client client, String id) throws IOException {
        return client.awaitBody("/v1/jobs/" + id + "?wait_ms=5000", Client::isFinal);
    }

    private String submit(ServerProcess host, ObjectNode job) throws IOException {
        String id = host.client().submit(job);
        acknowledged.add(id);
        return id;
    }

    private ServerProcess start(String name) {
        List<String> arguments = new ArrayList<>(Npuq.tiny(model, "CPU"));
        arguments.addAll(List.of(
                "--store",
                store.url(),
                "--store-host-name",
                name,
                "--data",
                home.resolve(name).toString()));
        return Npuq.in(home).startServe(arguments.toArray(String[]::new));
    }
}
