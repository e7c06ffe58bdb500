package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.scheduler.Claim;
import io.npuq.schema.ChatMessage;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobResult;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.Usage;
import io.npuq.schema.Verdict;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The responses dialect over real HTTP. */
class ResponsesApiTest {
    private static final String RESPONSES = "/v1/responses";
    private static final String TOOLS =
            "\"tools\":[{\"type\":\"function\",\"name\":\"weather\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}]";

    private static Outcome answer(String text) {
        return new Outcome.Succeeded(
                new JobResult(text, null, FinishReason.STOP, new Usage(20, 4), false),
                Outcomes.evidence("NPU", 38_000L, Verdict.NPU_VERIFIED));
    }

    private static JsonNode create(TestApi api, String body) {
        var answer = api.post(RESPONSES, body);
        assertEquals(200, answer.statusCode(), answer.body());
        return TestApi.json(answer);
    }

    private static JsonNode fetch(TestApi api, String id) {
        return TestApi.json(api.get(RESPONSES + "/" + id));
    }

    private static List<JsonNode> events(String stream) {
        return Stream.of(stream.split("\n\n", -1))
                .filter(event -> event.startsWith("event: "))
                .map(event -> TestApi.json(event.substring(event.indexOf("data: ") + "data: ".length())))
                .toList();
    }

    @Test
    void responseIsAnsweredAsOneObject() {
        try (TestApi api = new TestApi().lane(Outcomes::onNpu)) {
            JsonNode body = create(api, "{\"input\":\"hello\",\"metadata\":{\"k\":\"v\"},\"max_output_tokens\":9}");
            assertEquals("completed", body.get("status").asText());
            assertEquals(
                    "Mail server is slow", body.at("/output/0/content/0/text").asText());
            assertEquals(20, body.at("/usage/input_tokens").asInt());
            assertEquals("v", body.at("/metadata/k").asText());
            assertEquals(body, fetch(api, body.get("id").asText()));
        }
    }

    @Test
    void itemsOfTheInputBecomeTheConversation() {
        CompletableFuture<JobInput> taken = new CompletableFuture<>();
        try (TestApi api = new TestApi().lane(claim -> {
            taken.complete(claim.request().input());
            return Outcomes.onNpu(claim);
        })) {
            create(
                    api,
                    "{\"instructions\":\"Be brief.\",\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"How is it?\"}]},"
                            + "{\"type\":\"function_call\",\"call_id\":\"c1\",\"name\":\"weather\",\"arguments\":\"{}\"},"
                            + "{\"type\":\"function_call_output\",\"call_id\":\"c1\",\"output\":\"4 degrees\"}],"
                            + TOOLS + "}");
        }
        JobInput.Chat chat = (JobInput.Chat) taken.join();
        assertEquals(
                List.of("system", "user", "assistant", "tool"),
                chat.messages().stream().map(ChatMessage::role).toList());
        assertEquals("weather", chat.tools().get(0).name());
    }

    @Test
    void streamCanBeTakenUpAgainAfterAnyEvent() {
        try (TestApi api = new TestApi()) {
            var streamed = CompletableFuture.supplyAsync(() ->
                    api.post(RESPONSES, "{\"input\":\"hello\",\"stream\":true}").body());
            Claim claim = api.queue.take(Lane.NPU).toCompletableFuture().join().orElseThrow();
            api.queue.progress(claim, "Mail s");
            api.queue.progress(claim, "erver");
            api.queue.finish(claim, Outcomes.onNpu(claim)).toCompletableFuture().join();
            List<JsonNode> events = events(streamed.join());
            assertEquals(
                    List.of(
                            "response.created",
                            "response.in_progress",
                            "response.output_item.added",
                            "response.content_part.added",
                            "response.output_text.delta",
                            "response.output_text.delta",
                            "response.output_text.delta",
                            "response.output_text.done",
                            "response.content_part.done",
                            "response.output_item.done",
                            "response.completed"),
                    events.stream().map(event -> event.get("type").asText()).toList());
            String id = events.get(0).at("/response/id").asText();
            for (JsonNode seen : events) {
                int after = seen.get("sequence_number").asInt();
                List<JsonNode> rest = events(api.get(RESPONSES + "/" + id + "?stream=true&starting_after=" + after)
                        .body());
                assertEquals(text(events, after), text(rest, after));
                assertTrue(rest.stream()
                        .allMatch(event -> event.get("sequence_number").asInt() > after));
                List<JsonNode> ends = events.stream()
                        .filter(event -> event.get("sequence_number").asInt() > Math.max(after, 22))
                        .toList();
                assertEquals(ends, rest.subList(rest.size() - ends.size(), rest.size()));
            }
        }
    }

    /** What of the text comes after that event. */
    private static String text(List<JsonNode> events, int after) {
        StringBuilder text = new StringBuilder();
        events.stream()
                .filter(event -> event.get("type").asText().equals("response.output_text.delta"))
                .filter(event -> event.get("sequence_number").asInt() > after)
                .forEach(event -> text.append(event.get("delta").asText()));
        return text.toString();
    }

    @Test
    void responseInTheBackgroundIsFetchedCancelledAndDeleted() {
        try (TestApi api = new TestApi()) {
            String first = create(api, "{\"input\":\"hello\",\"background\":true}")
                    .get("id")
                    .asText();
            assertEquals("queued", fetch(api, first).get("status").asText());
            assertEquals(409, delete(api, first));
            Claim claim = api.queue.take(Lane.NPU).toCompletableFuture().join().orElseThrow();
            assertEquals("in_progress", fetch(api, first).get("status").asText());
            api.queue.finish(claim, Outcomes.onNpu(claim)).toCompletableFuture().join();
            assertEquals("completed", fetch(api, first).get("status").asText());
            assertEquals(200, delete(api, first));
            assertEquals(404, api.get(RESPONSES + "/" + first).statusCode());

            String second = create(api, "{\"input\":\"hello\",\"background\":true}")
                    .get("id")
                    .asText();
            JsonNode cancelled = TestApi.json(api.post(RESPONSES + "/" + second + "/cancel", ""));
            assertEquals("cancelled", cancelled.get("status").asText());
        }
    }

    private static int delete(TestApi api, String id) {
        return api.send(api.request(RESPONSES + "/" + id).DELETE()).statusCode();
    }

    @Test
    void forcedCallIsReadBackAlsoWhenFetchedLater() {
        try (TestApi api =
                new TestApi().lane(claim -> answer("{\"name\":\"weather\",\"arguments\":{\"place\":\"Oslo\"}}"))) {
            JsonNode body = create(api, "{\"input\":\"hello\",\"tool_choice\":\"required\"," + TOOLS + "}");
            assertEquals("function_call", body.at("/output/0/type").asText());
            assertEquals("{\"place\":\"Oslo\"}", body.at("/output/0/arguments").asText());
            assertEquals("{}", body.get("metadata").toString());
            assertEquals(body, fetch(api, body.get("id").asText()));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "input                | \"temperature\":1",
                "previous_response_id | \"input\":\"x\",\"previous_response_id\":\"resp_1\"",
                "store                | \"input\":\"x\",\"background\":true,\"store\":false",
                "tools                | \"input\":\"x\",\"tools\":[{\"type\":\"web_search\"}]",
                "stream_options       | \"input\":\"x\",\"stream\":true,\"stream_options\":7",
                "input                | \"input\":[{\"type\":\"item_reference\"}]"
            })
    void whatCannotBeDoneIsRefusedByItsName(String param, String fields) {
        try (TestApi api = new TestApi()) {
            var answer = api.post(RESPONSES, "{" + fields + "}");
            assertEquals(400, answer.statusCode(), answer.body());
            assertEquals(param.strip(), TestApi.json(answer).at("/error/param").asText());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"resp_nothing", "job_01KAJ3000000000000000000AA", "resp_..%2f..%2fetc"})
    void whatIsNoResponseIsNotFound(String id) {
        try (TestApi api = new TestApi()) {
            var answer = api.get(RESPONSES + "/" + id);
            assertTrue(answer.statusCode() == 404 || answer.statusCode() == 400, answer.body());
            assertFalse(answer.body().contains("etc/passwd"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream=AAA", "stream=1", "stream=", "starting_after=x"})
    void whatAQuerySaysOfAStreamMustBeUnderstood(String query) {
        try (TestApi api = new TestApi().lane(Outcomes::onNpu)) {
            String id = create(api, "{\"input\":\"hello\"}").get("id").asText();
            assertEquals(400, api.get(RESPONSES + "/" + id + "?" + query).statusCode());
        }
    }
}
