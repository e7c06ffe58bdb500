package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever comes in: a clear 4xx, and the server goes on. */
@TestInstance(Lifecycle.PER_CLASS)
class BadInputTest {
    private static final String LONG = "x".repeat(6_001);
    private final TestApi api = new TestApi();

    @BeforeAll
    void serves() throws IOException {
        servesStill();
    }

    @AfterAll
    void stillServesAfterAllOfIt() throws IOException {
        servesStill();
        api.close();
    }

    private void servesStill() throws IOException {
        assertEquals(200, api.get("/v1/queue").statusCode());
    }

    /** A body for /v1/jobs that is wrong; the field that the answer must name; a piece of its sentence. */
    record Wrong(String body, String param, String says) {
        @Override
        public String toString() {
            return param + ": " + says;
        }
    }

    static Stream<Wrong> wrongJobs() {
        return Stream.of(
                new Wrong("", "body", "empty"),
                new Wrong("[]", "body", "must be a JSON object"),
                new Wrong("null", "body", "must be a JSON object"),
                new Wrong("{\"kind\":\"title\"", "body", "not valid JSON (line 1, column"),
                new Wrong("{kind:\"title\"}", "body", "not valid JSON"),
                new Wrong("{\"kind\":\"title\",\"input\":\"x\"} {}", "body", "goes on after"),
                new Wrong("{\"kind\":\"title\",\"input\":\"x\"}x", "body", "not valid JSON"),
                new Wrong("{\"kind\":\"title\",\"kind\":\"title\",\"input\":\"x\"}", "kind", "given twice"),
                new Wrong("{\"metadata\":{\"a\":\"1\",\"a\":\"2\"}}", "a", "given twice"),
                new Wrong("{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}", "body", "nested deeper than 64"),
                new Wrong("[".repeat(100_000), "body", "nested deeper than 64"),
                new Wrong("{\"n\":" + "9".repeat(5_000) + "}", "body", "too long"),
                new Wrong(job("\"bogus\":1"), "bogus", "not a known field"),
                new Wrong("{\"input\":\"x\"}", "kind", "is missing"),
                new Wrong("{\"kind\":null,\"input\":\"x\"}", "kind", "is missing"),
                new Wrong("{\"kind\":7,\"input\":\"x\"}", "kind", "must be a string"),
                new Wrong("{\"kind\":\"poem\",\"input\":\"x\"}", "kind", "one of title, summary, notification"),
                new Wrong("{\"kind\":\"embedding\"}", "input", "missing"),
                new Wrong("{\"kind\":\"embedding\",\"input\":[]}", "input", "1 to 2048 texts"),
                new Wrong("{\"kind\":\"embedding\",\"input\":[\"a\",\"\"]}", "input[1]", "must not be empty"),
                new Wrong("{\"kind\":\"embedding\",\"input\":[\"a\",1]}", "input[1]", "must be a string"),
                new Wrong(
                        "{\"kind\":\"embedding\",\"input\":\"x\",\"messages\":[]}",
                        "messages",
                        "is for chat jobs only"),
                new Wrong(
                        "{\"kind\":\"embedding\",\"input\":\"x\",\"max_new_tokens\":1}",
                        "max_new_tokens",
                        "makes no tokens"),
                new Wrong(
                        "{\"kind\":\"embedding\",\"input\":\"x\",\"device\":\"npu\"}",
                        "device",
                        "never run on the NPU"),
                new Wrong("{\"kind\":\"title\"}", "input", "is missing"),
                new Wrong("{\"kind\":\"title\",\"input\":\"\"}", "input", "must not be empty"),
                new Wrong("{\"kind\":\"title\",\"input\":\" \\n \"}", "input", "must not be empty"),
                new Wrong("{\"kind\":\"title\",\"input\":\"" + LONG + "\"}", "input", "6001 characters; at most 6000"),
                new Wrong("{\"kind\":\"title\",\"input\":\"\\ud83d\"}", "input", "unpaired surrogate"),
                new Wrong("{\"kind\":\"title\",\"input\":[\"x\"]}", "input", "must be a string"),
                new Wrong(job("\"max_new_tokens\":\"32\""), "max_new_tokens", "must be a whole number"),
                new Wrong(job("\"max_new_tokens\":1.0"), "max_new_tokens", "must be a whole number"),
                new Wrong(job("\"max_new_tokens\":true"), "max_new_tokens", "must be a whole number"),
                new Wrong(job("\"max_new_tokens\":0"), "max_new_tokens", "from 1 to 256"),
                new Wrong(job("\"max_new_tokens\":257"), "max_new_tokens", "from 1 to 256"),
                new Wrong(job("\"max_new_tokens\":4294967297"), "max_new_tokens", "from 1 to 256"),
                new Wrong(job("\"max_new_tokens\":1e400"), "max_new_tokens", "must be a whole number"),
                new Wrong(job("\"priority\":10"), "priority", "from 0"),
                new Wrong(job("\"priority\":-1"), "priority", "from 0"),
                new Wrong(job("\"priority\":false"), "priority", "must be a whole number"),
                new Wrong(job("\"deadline_ms\":0"), "deadline_ms", "from 1 to 604800000"),
                new Wrong(job("\"deadline_ms\":604800001"), "deadline_ms", "from 1 to 604800000"),
                new Wrong(job("\"deadline_ms\":-9223372036854775808"), "deadline_ms", "from 1 to 604800000"),
                new Wrong(job("\"deadline_ms\":9223372036854775808"), "deadline_ms", "must be a whole number"),
                new Wrong(job("\"device\":\"TPU\""), "device", "one of npu, prefer_npu, any"),
                new Wrong(job("\"metadata\":[]"), "metadata", "object of strings"),
                new Wrong(job("\"metadata\":{\"a\":1}"), "metadata.a", "must be a string"),
                new Wrong(job("\"metadata\":{\"" + "k".repeat(65) + "\":\"v\"}"), "metadata", "at most 16 entries"),
                new Wrong(job("\"metadata\":{" + seventeenLabels() + "}"), "metadata", "at most 16 entries"),
                new Wrong(job("\"temperature\":0.5"), "temperature", "for chat jobs only"),
                new Wrong(job("\"messages\":[]"), "messages", "for chat jobs only"),
                new Wrong("{\"kind\":\"chat\",\"input\":\"x\"}", "input", "takes messages"),
                new Wrong("{\"kind\":\"chat\"}", "messages", "array of objects"),
                new Wrong("{\"kind\":\"chat\",\"messages\":[]}", "messages", "1 to 256"),
                new Wrong("{\"kind\":\"chat\",\"messages\":[\"hi\"]}", "messages[0]", "must be an object"),
                new Wrong(chat("", "\"role\":\"user\""), "messages[0].content", "is missing"),
                new Wrong(chat("", "\"role\":\"user\",\"content\":1"), "messages[0].content", "must be a string"),
                new Wrong(chat("", "\"role\":\"god\",\"content\":\"\""), "messages", "system, user, assistant"),
                new Wrong(chat("", "\"role\":\"user\",\"content\":\"\",\"x\":1"), "messages[0].x", "not a known field"),
                new Wrong(chat("\"temperature\":\"hot\",", USER), "temperature", "must be a number"),
                new Wrong(chat("\"temperature\":3,", USER), "temperature", "from 0 to 2"),
                new Wrong(chat("\"top_p\":0,", USER), "top_p", "above 0"),
                new Wrong(chat("\"stop\":[1],", USER), "stop[0]", "must be a string"),
                new Wrong(chat("\"seed\":1.5,", USER), "seed", "must be a whole number"),
                new Wrong(chat("\"max_new_tokens\":1025,", USER), "max_new_tokens", "from 1 to 1024"));
    }

    static Stream<Wrong> wrongFormats() {
        String format = "response_format";
        String schema = format + ".json_schema.schema";
        return Stream.of(
                new Wrong(job("\"response_format\":{\"type\":\"json_object\"}"), format, "for chat jobs only"),
                new Wrong(format("\"json_object\""), format, "must be an object"),
                new Wrong(format("{}"), format + ".type", "is missing"),
                new Wrong(format("{\"type\":\"xml\"}"), format + ".type", "one of text, json_object, json_schema"),
                new Wrong(format("{\"type\":\"text\",\"x\":1}"), format + ".x", "not a known field"),
                new Wrong(
                        format("{\"type\":\"json_object\",\"json_schema\":{}}"),
                        format + ".json_schema",
                        "for the type json_schema only"),
                new Wrong(format("{\"type\":\"json_schema\"}"), format + ".json_schema", "is missing"),
                new Wrong(format("{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\"}}"), schema, "is missing"),
                new Wrong(
                        format("{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{}}}"),
                        format + ".json_schema.name",
                        "is missing"),
                new Wrong(
                        format("{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a b\",\"schema\":{}}}"),
                        format + ".json_schema.name",
                        "1 to 64 letters"),
                new Wrong(
                        format(
                                "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":{},\"strict\":1}}"),
                        format + ".json_schema.strict",
                        "must be true or false"),
                new Wrong(schema("[]"), schema, "must be a schema"),
                new Wrong(schema("false"), schema, "no value would be valid"),
                new Wrong(
                        schema("{\"properties\":{\"day\":{\"type\":\"string\",\"pattern\":\".\"}}}"),
                        schema + ".properties.day.pattern",
                        "is not supported"),
                new Wrong(schema("{\"const\":\"\\ud800\"}"), schema, "unpaired surrogate"),
                new Wrong(
                        schema("{\"description\":\"" + "x".repeat(70_000) + "\"}"), schema, "larger than 65536 bytes"),
                new Wrong(
                        chat("\"stop\":\"x\",\"response_format\":{\"type\":\"json_object\"},", USER),
                        "stop",
                        "does not go with a response_format"));
    }

    @ParameterizedTest
    @MethodSource("wrongFormats")
    void wrongResponseFormatIsRefusedAndNothingIsRecorded(Wrong wrong) {
        wrongJobIsRefusedAndItsFieldNamed(wrong);
        assertEquals(0, TestApi.json(api.get("/v1/jobs")).get("data").size());
    }

    private static String format(String format) {
        return chat("\"response_format\":" + format + ",", USER);
    }

    private static String schema(String schema) {
        return format("{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":" + schema + "}}");
    }

    private static final String USER = "\"role\":\"user\",\"content\":\"hi\"";

    private static String job(String more) {
        return "{\"kind\":\"title\",\"input\":\"x\"," + more + "}";
    }

    private static String chat(String more, String message) {
        return "{\"kind\":\"chat\"," + more + "\"messages\":[{" + message + "}]}";
    }

    private static String seventeenLabels() {
        return String.join(
                ",",
                Stream.iterate(0, i -> i + 1)
                        .limit(17)
                        .map(i -> "\"k" + i + "\":\"v\"")
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("wrongJobs")
    void wrongJobIsRefusedAndItsFieldNamed(Wrong wrong) {
        var answer = api.post("/v1/jobs", wrong.body());

        JsonNode error = TestApi.json(answer).get("error");
        assertEquals(400, answer.statusCode(), answer.body());
        assertEquals(List.of("message", "type", "param", "code"), names(error));
        assertEquals(wrong.param(), error.get("param").textValue(), answer.body());
        assertTrue(error.get("message").textValue().contains(wrong.says()), answer.body());
        assertEquals("invalid_request_error", error.get("type").textValue());
    }

    /** A whole request by hand, a byte a character, and the status and a piece of the body that must come back. */
    record Raw(String name, String request, int status, String says) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String NOT_FOUND = "{\"error\":\"not found\"}";

    static Stream<Raw> rawRequests() {
        String valid = "{\"kind\":\"title\",\"input\":\"x\"}";
        return Stream.of(
                new Raw("unknown path", get("/nope"), 404, NOT_FOUND),
                new Raw("unknown path below a known one", get("/v1/jobs/a/b/c"), 404, NOT_FOUND),
                new Raw("path that climbs", get("/../../etc/passwd"), 404, NOT_FOUND),
                new Raw(
                        "unknown job",
                        get("/v1/jobs/job_01KAJ3T0000000000000000000"),
                        404,
                        "there is no job job_01KAJ3T"),
                new Raw("id of another shape", get("/v1/jobs/17"), 404, "there is no job 17"),
                new Raw("percent garbage in the path", get("/v1/jobs/%zz"), 400, "cannot be read"),
                new Raw("cut percent escape", get("/v1/jobs/%e"), 400, "cannot be read"),
                new Raw("bytes in the path that are no UTF-8", get("/v1/jobs/%ff%00"), 404, "there is no job"),
                new Raw("unknown parameter", get("/v1/jobs?bogus=1"), 400, "bogus is not a query parameter"),
                new Raw("parameter twice", get("/v1/jobs?limit=1&limit=2"), 400, "limit must be given once"),
                new Raw("limit of 0", get("/v1/jobs?limit=0"), 400, "from 1 to 200"),
                new Raw("limit of 201", get("/v1/jobs?limit=201"), 400, "from 1 to 200"),
                new Raw("limit that is no number", get("/v1/jobs?limit=+5"), 400, "from 1 to 200"),
                new Raw("unknown state", get("/v1/jobs?state=done"), 400, "one of queued, running"),
                new Raw("unknown kind", get("/v1/jobs?kind=poem"), 400, "kind must be one of"),
                new Raw("after that is no id", get("/v1/jobs?after=x"), 400, "after must be the id"),
                new Raw(
                        "wait that is too long",
                        get("/v1/jobs/job_01KAJ3T0000000000000000000?wait_ms=60001"),
                        400,
                        "from 0 to 60000"),
                new Raw("parameter of the queue", get("/v1/queue?x=1"), 400, "known: none"),
                new Raw("percent garbage in the query", get("/v1/jobs?limit=%zz"), 400, "\"error\""),
                new Raw("foreign host", "GET /v1/queue HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421, "evil.example"),
                new Raw(
                        "host that starts like ours",
                        "GET /healthz HTTP/1.1\r\nHost: localhost.evil.example\r\n\r\n",
                        421,
                        "error"),
                new Raw(
                        "host with userinfo",
                        "GET /healthz HTTP/1.1\r\nHost: localhost@evil.example\r\n\r\n",
                        400,
                        "error"),
                new Raw("no host", "GET /v1/queue HTTP/1.1\r\n\r\n", 400, "error"),
                new Raw(
                        "two hosts",
                        "GET /v1/queue HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n",
                        400,
                        "error"),
                new Raw("no host in HTTP/1.0", "GET /v1/queue HTTP/1.0\r\n\r\n", 400, "error"),
                new Raw("garbage request line", "\u0001\u0002 garbage\r\n\r\n", 400, "not a valid HTTP/1.1 request"),
                new Raw("not HTTP at all", "EHLO example.org\r\n\r\n", 400, "not a valid HTTP/1.1 request"),
                new Raw("preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, "error"),
                new Raw("HTTP/3.7", "GET /healthz HTTP/3.7\r\nHost: localhost\r\n\r\n", 400, "only HTTP/1.1"),
                new Raw("bad header line", "GET / HTTP/1.1\r\nHost: localhost\r\nX\u0000Y: 1\r\n\r\n", 400, "error"),
                new Raw("target that is no path", "GET v1 HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, NOT_FOUND),
                new Raw("OPTIONS of everything", "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", 404, NOT_FOUND),
                new Raw(
                        "negative length",
                        "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
                        400,
                        "error"),
                new Raw("long URI", get("/" + "a".repeat(5_000)), 414, "longer than 4096"),
                new Raw(
                        "long header",
                        "GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + "a".repeat(20_000) + "\r\n\r\n",
                        431,
                        "larger than 16384"),
                new Raw("missing content type", post("/v1/jobs", null, valid), 415, "Content-Type: application/json"),
                new Raw("form", post("/v1/jobs", "application/x-www-form-urlencoded", valid), 415, "application/json"),
                new Raw(
                        "text/plain, as any web page may send",
                        post("/v1/jobs", "text/plain", valid),
                        415,
                        "application/json"),
                new Raw("other charset", post("/v1/jobs", "application/json; charset=latin1", valid), 415, "UTF-8"),
                new Raw(
                        "unknown expectation",
                        "GET /v1/queue HTTP/1.1\r\nHost: localhost\r\nExpect: a-pony\r\n\r\n",
                        417,
                        "100-continue"),
                new Raw("bad UTF-8", utf8Trap("\u00C3("), 400, "not valid UTF-8: see byte 25"),
                new Raw("overlong UTF-8", utf8Trap("\u00C0\u00AF"), 400, "not valid UTF-8"),
                new Raw("surrogate in UTF-8", utf8Trap("\u00ED\u00A0\u0080"), 400, "not valid UTF-8"),
                new Raw(
                        "UTF-16",
                        post("/v1/jobs", "application/json", valid.replaceAll("(.)", "$1\u0000")),
                        400,
                        "not valid"),
                new Raw(
                        "2 MiB body",
                        post("/v1/jobs", "application/json", "x".repeat(2 << 20)),
                        413,
                        "larger than 1048576"),
                new Raw("chunked 2 MiB body", chunked("/v1/jobs", 2 << 20), 413, "larger than 1048576"),
                new Raw(
                        "2 MiB body to a path that takes none",
                        "GET /v1/queue HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2097152\r\n\r\n"
                                + "x".repeat(2 << 20),
                        413,
                        "larger"),
                new Raw(
                        "bad chunk",
                        "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                        400,
                        "framing"),
                new Raw(
                        "cancel with a body",
                        post("/v1/jobs/job_01KAJ3T0000000000000000000/cancel", "application/json", "{\"a\":1}"),
                        400,
                        "not a known field"),
                new Raw(
                        "cancel of an unknown job",
                        post("/v1/jobs/job_01KAJ3T0000000000000000000/cancel", "application/json", "{}"),
                        404,
                        "there is no job"),
                new Raw(
                        "worker: unsupported job",
                        worker("{\"job\":\"chat\",\"input\":\"x\"}"),
                        400,
                        "{\"error\":\"unsupported job; job must be one of title, summary, notification, memory_candidate\"}"),
                new Raw("worker: no job", worker("{\"input\":\"x\"}"), 400, "{\"error\":\"job is missing\"}"),
                new Raw(
                        "worker: empty",
                        worker("{\"job\":\"title\",\"input\":\"\"}"),
                        400,
                        "{\"error\":\"input must not be empty\"}"),
                new Raw(
                        "worker: too long",
                        worker("{\"job\":\"title\",\"input\":\"" + LONG + "\"}"),
                        400,
                        "{\"error\":\"input has 6001 characters; at most 6000 are allowed\"}"),
                new Raw(
                        "worker: bad token bound",
                        worker("{\"job\":\"title\",\"input\":\"x\",\"max_new_tokens\":0}"),
                        400,
                        "{\"error\":\"max_new_tokens must be from 1 to 256 for title\"}"),
                new Raw("worker: no object", worker("7"), 400, "{\"error\":\"the body must be a JSON object\"}"),
                new Raw(
                        "worker: implied job",
                        post(
                                "/v1/worker/condense-notification",
                                "application/json",
                                "{\"job\":\"title\",\"input\":\"x\"}"),
                        400,
                        "{\"error\":\"job is not a known field; known: input, max_new_tokens\"}"));
    }

    @ParameterizedTest
    @MethodSource("rawRequests")
    void requestGetsItsClearAnswer(Raw raw) throws IOException {
        try (RawClient client = api.raw()) {
            RawClient.Reply answer = client.send(raw.request()).read();

            assertEquals(raw.status(), answer.status(), answer.body());
            assertTrue(answer.body().contains(raw.says()), answer.body());
            assertTrue(answer.header("x-request-id").matches("req_[0-9a-f]{24}"));
            assertEquals("application/json", answer.header("content-type"));
            assertNotNull(TestApi.json(answer.body()).get("error"));
        }
    }

    @ParameterizedTest
    @MethodSource("wrongMethods")
    void wrongMethodSaysWhichAreAllowed(String method, String path, String allow) throws IOException {
        try (RawClient client = api.raw()) {
            RawClient.Reply answer = client.send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .read();

            assertEquals(405, answer.status());
            assertEquals(allow, answer.header("allow"));
            assertEquals("{\"error\":\"this path takes " + allow + ", no other method\"}", answer.body());
        }
    }

    static Stream<Arguments> wrongMethods() {
        return Stream.of(
                Arguments.of("DELETE", "/v1/jobs", "GET, HEAD, POST"),
                Arguments.of("OPTIONS", "/v1/jobs", "GET, HEAD, POST"),
                Arguments.of("POST", "/v1/queue", "GET, HEAD"),
                Arguments.of("PUT", "/v1/jobs/x", "DELETE, GET, HEAD"),
                Arguments.of("GET", "/v1/jobs/x/cancel", "POST"),
                Arguments.of("GET", "/v1/worker/generate", "POST"),
                Arguments.of("BREW", "/healthz", "GET, HEAD"));
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost:18820\r\n\r\n";
    }

    private static String worker(String body) {
        return post("/v1/worker/generate", "application/json", body);
    }

    private static String post(String path, String type, String body) {
        return head(path, type, body.length()) + body;
    }

    private static String head(String path, String type, int length) {
        return "POST " + path + " HTTP/1.1\r\nHost: [::1]:18820\r\n"
                + (type == null ? "" : "Content-Type: " + type + "\r\n") + "Content-Length: " + length + "\r\n\r\n";
    }

    private static String utf8Trap(String bytes) {
        return post("/v1/jobs", "application/json", "{\"kind\":\"title\",\"input\":\"" + bytes + "\"}");
    }

    private static String chunked(String path, int bytes) {
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        return "POST " + path
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk.repeat(bytes / 0x10000) + "0\r\n\r\n";
    }
}
