package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files over real HTTP. */
@Timeout(300)
class FilesApiTest {
    private static final String PURPOSE = BatchKit.field("purpose", "batch");
    private static final String FILE = BatchKit.file("{}\n");

    @Test
    void fileComesBackAsItWasSentUntilItIsDeleted() {
        String content = "{\"a\":\"\u00fc\"}\n".repeat(100_000);
        try (TestApi api = new TestApi()) {
            String id = BatchKit.upload(api, content);
            JsonNode file = TestApi.json(api.get("/v1/files/" + id));
            assertEquals("../in.jsonl", file.get("filename").textValue());
            assertEquals("batch", file.get("purpose").textValue());
            assertEquals(1_100_000, file.get("bytes").intValue());
            assertEquals(content, api.get("/v3/files/" + id + "/content").body());
            assertEquals(
                    id,
                    TestApi.json(api.get("/v1/files?purpose=batch"))
                            .get("data")
                            .get(0)
                            .get("id")
                            .textValue());
            assertEquals(
                    0,
                    TestApi.json(api.get("/v1/files?purpose=batch_output"))
                            .get("data")
                            .size());
            assertEquals(List.of(id + ".data", id + ".json"), BatchKit.names(api, "files"));

            HttpResponse<String> deleted =
                    api.send(api.request("/v1/files/" + id).DELETE());
            assertEquals("{\"id\":\"" + id + "\",\"object\":\"file\",\"deleted\":true}", deleted.body());
            assertEquals(404, api.get("/v1/files/" + id + "/content").statusCode());
            assertEquals(404, api.send(api.request("/v1/files/" + id).DELETE()).statusCode());
            assertEquals(List.of(), BatchKit.names(api, "files"));
        }
    }

    @Test
    void fileThatABatchReadsIsNotDeleted() {
        try (TestApi api = new TestApi()) {
            String id = BatchKit.upload(api, BatchKit.lines(1));
            String batch = TestApi.json(api.post("/v1/batches", BatchKit.creation(id, "24h")))
                    .get("id")
                    .textValue();
            HttpResponse<String> deleted =
                    api.send(api.request("/v1/files/" + id).DELETE());
            assertEquals(409, deleted.statusCode(), deleted.body());
            api.post("/v1/batches/" + batch + "/cancel", "{}");
            BatchKit.await(api, batch, "cancelled");
            assertEquals(200, api.send(api.request("/v1/files/" + id).DELETE()).statusCode());
        }
    }

    @Test
    void badFormsAreRefusedAndLeaveNothing() {
        try (TestApi api = new TestApi()) {
            assertEquals(400, BatchKit.send(api, FILE).statusCode());
            assertEquals(
                    400,
                    BatchKit.send(api, BatchKit.field("purpose", "vision"), FILE)
                            .statusCode());
            assertEquals(400, BatchKit.send(api, PURPOSE).statusCode());
            assertEquals(400, BatchKit.send(api, PURPOSE, FILE, FILE).statusCode());
            assertEquals(400, BatchKit.send(api, PURPOSE, BatchKit.file("")).statusCode());
            assertEquals(
                    400,
                    BatchKit.send(api, PURPOSE, BatchKit.field("who", "me"), FILE)
                            .statusCode());
            assertEquals(
                    400,
                    BatchKit.send(api, BatchKit.field("purpose", "x".repeat(10_000)), FILE)
                            .statusCode());
            assertEquals(415, api.post("/v1/files", "{}").statusCode());
            BatchKit.await(() -> BatchKit.names(api, "files").isEmpty());
            assertEquals(0, TestApi.json(api.get("/v1/files")).get("data").size());
        }
    }

    @Test
    void fileThatSaysItIsTooLargeIsRefusedAtOnce() throws IOException {
        try (TestApi api = new TestApi();
                RawClient client = api.raw()) {
            client.send(String.join(
                    "\r\n",
                    "POST /v1/files HTTP/1.1",
                    "Host: localhost",
                    "Content-Type: multipart/form-data; boundary=b",
                    "Content-Length: 300000000",
                    "",
                    ""));
            RawClient.Reply reply = client.read();
            assertEquals(413, reply.status());
            assertTrue(reply.body().contains("file_too_large"), reply.body());
        }
    }

    @Test
    void uploadThatBreaksOffLeavesNothing() throws IOException {
        try (TestApi api = new TestApi()) {
            try (RawClient client = api.raw()) {
                client.send("POST /v1/files HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Type: multipart/form-data; boundary=the-boundary\r\nContent-Length: 100000\r\n\r\n"
                        + PURPOSE + FILE);
                BatchKit.await(() -> BatchKit.names(api, "files").size() == 1);
            }
            BatchKit.await(() -> BatchKit.names(api, "files").isEmpty());
            assertEquals(0, TestApi.json(api.get("/v1/files")).get("data").size());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/files/..%2Fnpuq.lock",
                "/v1/files/..%2Fnpuq.lock/content",
                "/v1/files/%2e%2e%2f%2e%2e%2fetc%2fpasswd/content",
                "/v1/files/file-00000000000000000000000000",
                "/v1/files/file-00000000000000000000000000/content",
                "/v1/files/file-%00/content",
                "/v1/batches/..%2Fnpuq.lock",
                "/v1/batches/batch_00000000000000000000000000"
            })
    void idThatIsNoneIsNotFound(String path) throws IOException {
        try (TestApi api = new TestApi();
                RawClient client = api.raw()) {
            client.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            int status = client.read().status();
            assertTrue(status == 404 || status == 400, path + " was a " + status);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"input_file_id\":\"../npuq.lock\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"24h\"}",
                "{\"input_file_id\":\"f\",\"endpoint\":\"/v1/jobs\",\"completion_window\":\"24h\"}",
                "{\"input_file_id\":\"f\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"8d\"}",
                "{\"input_file_id\":\"f\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"0h\"}",
                "{\"input_file_id\":\"f\",\"endpoint\":\"/v1/chat/completions\",\"completion_window\":\"soon\"}"
            })
    void badCreationMakesNoBatch(String body) {
        try (TestApi api = new TestApi()) {
            int status = api.post("/v1/batches", body).statusCode();
            assertTrue(status == 400 || status == 404, body + " was a " + status);
            assertEquals(0, TestApi.json(api.get("/v1/batches")).get("data").size());
        }
    }
}
