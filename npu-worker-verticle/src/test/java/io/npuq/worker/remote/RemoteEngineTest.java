package io.npuq.worker.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.schema.CancelSignal;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.Json;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.Sampling;
import io.npuq.schema.Usage;
import io.npuq.worker.engine.EngineException;
import io.npuq.worker.engine.EngineException.Kind;
import io.npuq.worker.engine.EngineInfo;
import io.npuq.worker.engine.Generated;
import io.npuq.worker.engine.Generation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A remote engine against a server on this machine, over HTTP. */
@Timeout(60)
final class RemoteEngineTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private TestUpstream upstream;

    @BeforeEach
    void start() throws Exception {
        upstream = new TestUpstream();
    }

    @AfterEach
    void stop() {
        upstream.close();
    }

    @Test
    void anAnswerIsStreamedShapedAndCounted() throws Exception {
        upstream.then(TestUpstream.stream(List.of("Title: ", "Mail server", " is slow."), "stop"));
        List<String> pieces = new ArrayList<>();

        Generated made =
                loaded(LIMIT).generate(of(JobKind.TITLE, "The mail server is slow."), pieces::add, new CancelSignal());

        assertEquals("Mail server is slow", made.text());
        assertEquals(List.of("Title: ", "Mail server", " is slow."), pieces);
        assertEquals(FinishReason.STOP, made.finishReason());
        assertEquals(new Usage(21, 5), made.usage());
        assertTrue(made.timeToFirstTokenMs() != null && made.timeToFirstTokenMs() <= made.generateMs());
        JsonNode asked = Json.MAPPER.readTree(upstream.bodies.take());
        assertEquals("large", asked.path("model").asText());
        assertEquals(32, asked.path("max_tokens").asInt());
        assertEquals(
                "The mail server is slow.",
                asked.path("messages").path(1).path("content").asText());
        assertEquals("Bearer secret-key", upstream.keys.take());
    }

    @Test
    void theEvidenceNamesTheServerAndNoDeviceOfThisMachine() throws Exception {
        EngineInfo info = new RemoteEngine(upstream.settings("large", LIMIT), System::nanoTime).load();
        assertTrue(info.deviceActual().startsWith("remote 127.0.0.1:"), info.deviceActual());
        assertNull(info.modelDigest());
        assertFalse(upstream.settings("large", LIMIT).toString().contains("secret-key"));
    }

    @Test
    void anObjectIsAskedForAsASchemaAndChecked() throws Exception {
        String object = "{\"severity\":\"info\",\"category\":\"mail\",\"summary\":\"Slow.\",\"action_needed\":false}";
        upstream.then(TestUpstream.stream(List.of(object), "stop"))
                .then(TestUpstream.stream(List.of("{\"severity\":\"bad\"}"), "stop"))
                .then(TestUpstream.stream(List.of("{\"severity\":"), "length"));
        RemoteEngine engine = loaded(LIMIT);

        assertEquals(
                Json.MAPPER.readTree(object),
                generate(engine, JobKind.NOTIFICATION).json());
        assertEquals(
                "json_schema",
                Json.MAPPER
                        .readTree(upstream.bodies.take())
                        .path("response_format")
                        .path("type")
                        .asText());
        EngineException wrong = assertThrows(EngineException.class, () -> generate(engine, JobKind.NOTIFICATION));
        assertEquals(Kind.GENERATION_FAILED, wrong.kind());
        Generated cut = generate(engine, JobKind.NOTIFICATION);
        assertNull(cut.json());
        assertEquals(FinishReason.LENGTH, cut.finishReason());
    }

    @Test
    void aClientsSchemaGoesAlongAndTheAnswerIsJson() throws Exception {
        upstream.then(TestUpstream.stream(List.of("{\"city\":\"Osaka\"}"), "stop"))
                .then(TestUpstream.stream(List.of("In Osaka."), "stop"));
        String schema = "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}}}";
        Generation chat = new Generation(
                JobKind.CHAT,
                new JobInput.Chat(List.of(new ChatMessage("user", "Where?"))),
                32,
                Sampling.GREEDY,
                new ResponseFormat.JsonSchema("place", schema));
        RemoteEngine engine = loaded(LIMIT);

        Generated made = engine.generate(chat, text -> {}, new CancelSignal());
        assertEquals(Json.MAPPER.readTree("{\"city\":\"Osaka\"}"), made.json());
        JsonNode sent = Json.MAPPER.readTree(upstream.bodies.take()).path("response_format");
        assertEquals(Json.MAPPER.readTree(schema), sent.path("json_schema").path("schema"));
        assertThrows(EngineException.class, () -> engine.generate(chat, text -> {}, new CancelSignal()));
    }

    @Test
    void anOverloadedServerIsAskedAgain() throws Exception {
        upstream.then(TestUpstream.overloaded("0"))
                .then(TestUpstream.status(503, "starting"))
                .then(TestUpstream.stream(List.of("Mail is slow"), "stop"));

        assertEquals("Mail is slow", generate(loaded(LIMIT), JobKind.TITLE).text());
        assertEquals(3, upstream.bodies.size());
    }

    @Test
    void aServerThatStaysAwayIsALostEngineAndTheJobIsNotAtFault() throws Exception {
        for (int i = 0; i < Upstream.TRIES_MAX; i++) {
            upstream.then(TestUpstream.overloaded("0"));
        }
        RemoteEngine engine = loaded(LIMIT);

        EngineException away = assertThrows(EngineException.class, () -> generate(engine, JobKind.TITLE));
        assertEquals(Kind.ENGINE_AWAY, away.kind());
        assertTrue(away.getMessage().contains("429: slow down; asked 4 times"), away.getMessage());
        assertTrue(engine.lost().toCompletableFuture().isDone());
    }

    @Test
    void aServerThatWantsToBeLeftAloneForLongIsLeft() throws Exception {
        upstream.then(TestUpstream.overloaded("3600"));
        EngineException away = assertThrows(EngineException.class, () -> generate(loaded(LIMIT), JobKind.TITLE));
        assertEquals(Kind.ENGINE_AWAY, away.kind());
        assertEquals(1, upstream.bodies.size());
    }

    @Test
    void aServerThatIsGoneIsALostEngineAndNobodyWaitsForTheLimit() throws Exception {
        RemoteEngine engine = loaded(Duration.ofMinutes(10));
        upstream.close();
        EngineException away = assertThrows(EngineException.class, () -> generate(engine, JobKind.TITLE));
        assertEquals(Kind.ENGINE_AWAY, away.kind());
        assertTrue(away.getMessage().contains("cannot be reached: "), away.getMessage());
    }

    @Test
    void aCancelBeforeTheAnswerBeginsStopsTheJob() throws Exception {
        CancelSignal cancel = new CancelSignal();
        CountDownLatch never = new CountDownLatch(1);
        upstream.then(TestUpstream.silent(cancel::cancel, never));
        Generated stopped = loaded(LIMIT).generate(of(JobKind.SUMMARY, "A long story."), piece -> {}, cancel);
        assertEquals(FinishReason.CANCELLED, stopped.finishReason());
        never.countDown();
    }

    @Test
    void aCancelEndsThePauseBeforeTheNextTry() throws Exception {
        CancelSignal cancel = new CancelSignal();
        upstream.then(exchange -> {
            TestUpstream.overloaded("20").give(exchange);
            cancel.cancel();
        });
        Generated stopped = loaded(LIMIT).generate(of(JobKind.SUMMARY, "A long story."), piece -> {}, cancel);
        assertEquals(FinishReason.CANCELLED, stopped.finishReason());
        assertEquals(1, upstream.bodies.size());
    }

    @Test
    void aRefusalFailsTheJobAndIsNotAskedAgain() throws Exception {
        upstream.then(TestUpstream.status(400, "max_tokens is too large"));
        EngineException refused = assertThrows(EngineException.class, () -> generate(loaded(LIMIT), JobKind.TITLE));
        assertEquals(Kind.GENERATION_FAILED, refused.kind());
        assertTrue(refused.getMessage().endsWith("answered 400: max_tokens is too large"), refused.getMessage());
        assertEquals(1, upstream.bodies.size());
    }

    @Test
    void anAnswerThatBreaksOffIsNone() throws Exception {
        upstream.then(TestUpstream.breakOff());
        EngineException broken = assertThrows(EngineException.class, () -> generate(loaded(LIMIT), JobKind.TITLE));
        assertEquals(Kind.GENERATION_FAILED, broken.kind());
        assertTrue(broken.getMessage().contains("broke off"), broken.getMessage());
    }

    @Test
    void aCancelEndsAnAnswerThatHangs() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        upstream.then(TestUpstream.hang(never));
        CancelSignal cancel = new CancelSignal();

        Generated partial =
                loaded(LIMIT).generate(of(JobKind.SUMMARY, "A long story."), piece -> cancel.cancel(), cancel);

        assertEquals(FinishReason.CANCELLED, partial.finishReason());
        assertEquals("The first words", partial.text());
        assertEquals(new Usage(null, null), partial.usage());
        never.countDown();
    }

    @Test
    void anAnswerPastTheLimitIsATimeout() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        upstream.then(TestUpstream.hang(never));
        RemoteEngine engine = loaded(Duration.ofMillis(300));
        EngineException late = assertThrows(EngineException.class, () -> generate(engine, JobKind.SUMMARY));
        assertEquals(Kind.TIMEOUT, late.kind());
        never.countDown();
    }

    @Test
    void loadingSaysWhatIsWrongWithTheServer() {
        assertLoadFails("other", Kind.MODEL_UNAVAILABLE, "has no model \"other\"");
        upstream.models(401, "{\"error\":{\"message\":\"bad key\"}}");
        assertLoadFails("large", Kind.MODEL_UNAVAILABLE, "answered 401: bad key; check --remote-key-file");
        upstream.models(200, "<html>");
        assertLoadFails("large", Kind.MODEL_UNAVAILABLE, "check --remote-url");
        upstream.models(503, "");
        assertLoadFails("large", Kind.DEVICE_UNAVAILABLE, "answered 503");
        upstream.close();
        assertLoadFails("large", Kind.DEVICE_UNAVAILABLE, "cannot be reached");
    }

    private void assertLoadFails(String model, Kind kind, String words) {
        RemoteEngine engine = new RemoteEngine(upstream.settings(model, LIMIT), System::nanoTime);
        EngineException failure = assertThrows(EngineException.class, engine::load);
        assertEquals(kind, failure.kind());
        assertTrue(failure.getMessage().contains(words), failure.getMessage());
    }

    private RemoteEngine loaded(Duration limit) throws EngineException {
        RemoteEngine engine = new RemoteEngine(upstream.settings("large", limit), System::nanoTime);
        engine.load();
        return engine;
    }

    private static Generated generate(RemoteEngine engine, JobKind kind) throws EngineException {
        return engine.generate(of(kind, "The mail server in Osaka is slow."), text -> {}, new CancelSignal());
    }

    private static Generation of(JobKind kind, String input) {
        return new Generation(kind, new JobInput.Text(input), kind.newTokensDefault(), Sampling.GREEDY);
    }
}
