package io.npuq.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.npuq.api.GrpcClientKit.Call;
import io.npuq.api.kserve.protocol.InferParameter;
import io.npuq.api.kserve.protocol.InferTensorContents;
import io.npuq.api.kserve.protocol.ModelInferRequest;
import io.npuq.api.kserve.protocol.ModelInferRequest.InferInputTensor;
import io.npuq.api.kserve.protocol.ModelInferResponse;
import io.npuq.api.kserve.protocol.ModelMetadataRequest;
import io.npuq.api.kserve.protocol.ModelMetadataResponse;
import io.npuq.api.kserve.protocol.ModelStreamInferResponse;
import io.npuq.api.kserve.protocol.ServerLiveRequest;
import io.npuq.api.kserve.protocol.ServerLiveResponse;
import io.npuq.scheduler.Claim;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Lane;
import io.npuq.schema.LaneStatus;
import io.npuq.schema.config.ApiKey;
import io.npuq.schema.config.ClientLimits;
import io.npuq.schema.config.HttpConfig;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.common.GrpcStatus;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The KServe v2 protocol over real gRPC. */
class GrpcTest {
    private static final String ANSWER = "Mail server is slow";

    private TestApi api = server(new TestQueue(1_000), Duration.ofSeconds(60));
    private GrpcClientKit client = new GrpcClientKit(api.verticle.grpcPort().getAsInt());

    private static TestApi server(TestQueue queue, Duration idle) {
        return server(TestApi.CONFIG.withGrpcPort(0), queue, idle);
    }

    private static TestApi server(HttpConfig config, TestQueue queue, Duration idle) {
        List<LaneStatus> lanes = List.of(TestApi.NPU_LANE, TestApi.EMBEDDING_LANE);
        TestLanes standing = new TestLanes(lanes, model -> CompletableFuture.completedStage(lanes));
        return new TestApi(config, queue, idle, standing, EmbeddingJobsTest.KNOWING);
    }

    @AfterEach
    void close() {
        client.close();
        api.close();
    }

    private static ModelInferRequest.Builder asking(String model, String text) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] raw = new byte[bytes.length + 4];
        raw[0] = (byte) bytes.length;
        System.arraycopy(bytes, 0, raw, 4, bytes.length);
        return ModelInferRequest.newBuilder()
                .setModelName(model)
                .setId("one")
                .addInputs(InferInputTensor.newBuilder()
                        .setName("text_input")
                        .setDatatype("BYTES")
                        .addShape(1))
                .addRawInputContents(ByteString.copyFrom(raw));
    }

    private static ModelInferRequest.Builder asking() {
        return asking("tiny-qwen2", "Hi");
    }

    private static InferParameter number(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }

    private Call<ModelInferResponse> infer(ModelInferRequest request) {
        return client.call("ModelInfer", ModelInferResponse.parser(), request);
    }

    private Call<ModelStreamInferResponse> stream(ModelInferRequest... requests) {
        return client.call("ModelStreamInfer", ModelStreamInferResponse.parser(), requests);
    }

    private String newestState() {
        String id = TestApi.json(api.get("/v1/jobs")).at("/data/0/id").textValue();
        return TestApi.json(api.get("/v1/jobs/" + id + "?wait_ms=60000"))
                .get("state")
                .textValue();
    }

    private Claim claim() {
        return api.queue.take(Lane.NPU).toCompletableFuture().join().orElseThrow();
    }

    @Test
    void serverAndModelsSayWhatTheyAre() {
        var live = client.call("ServerLive", ServerLiveResponse.parser(), ServerLiveRequest.getDefaultInstance());
        assertTrue(live.only().getLive());
        var model = client.call(
                        "ModelMetadata",
                        ModelMetadataResponse.parser(),
                        ModelMetadataRequest.newBuilder().setName("tiny-qwen2").build())
                .only();
        assertEquals("text_input", model.getInputs(0).getName());
        assertEquals(List.of(1L), model.getInputs(0).getShapeList());
        var unknown = client.call(
                "ModelMetadata",
                ModelMetadataResponse.parser(),
                ModelMetadataRequest.newBuilder().setName("other").build());
        assertEquals(GrpcStatus.NOT_FOUND, unknown.status());
    }

    @Test
    void textGoesInAndTextComesOutWithTheJobsMetadata() {
        api.lane(Outcomes::onNpu);
        var call = infer(asking().putParameters("max_tokens", number(9)).build());

        ModelInferResponse answer = call.only();
        assertEquals("one", answer.getId());
        assertEquals("text_output", answer.getOutputs(0).getName());
        assertEquals(ANSWER, text(answer));
        assertEquals("stop", answer.getParametersOrThrow("finish_reason").getStringParam());
        assertEquals("NPU", call.metadata("x-npu-proxy-device"));
        assertTrue(call.metadata("x-npuq-job-id").startsWith("job_"));
    }

    @Test
    void tensorsMayComeAsTypedContents() {
        api.lane(Outcomes::onNpu);
        InferTensorContents text = InferTensorContents.newBuilder()
                .addBytesContents(ByteString.copyFromUtf8("Hi"))
                .build();
        InferTensorContents tokens =
                InferTensorContents.newBuilder().addIntContents(9).build();
        ModelInferRequest request = ModelInferRequest.newBuilder()
                .setModelName("tiny-qwen2")
                .addInputs(InferInputTensor.newBuilder()
                        .setName("text_input")
                        .setDatatype("BYTES")
                        .addShape(1)
                        .setContents(text))
                .addInputs(InferInputTensor.newBuilder()
                        .setName("max_tokens")
                        .setDatatype("INT32")
                        .addShape(1)
                        .setContents(tokens))
                .build();

        assertEquals(ANSWER, text(infer(request).only()));
    }

    @Test
    void vectorsComeAsRows() {
        ModelInferResponse answer =
                infer(asking("tiny-encoder", "known a").build()).only();

        assertEquals(List.of(1L, 2L), answer.getOutputs(0).getShapeList());
        assertEquals(2 * Float.BYTES, answer.getRawOutputContents(0).size());
    }

    @Test
    void callsAreCountedByMethodAndStatus() {
        api.lane(Outcomes::onNpu);
        infer(asking().build()).only();
        assertEquals(GrpcStatus.NOT_FOUND, infer(asking("other", "Hi").build()).status());
        assertEquals(
                Map.of(
                        "/inference.GRPCInferenceService/ModelInfer OK", 1L,
                        "/inference.GRPCInferenceService/ModelInfer NOT_FOUND", 1L),
                Scrape.of(api.get("/metrics").body()).counts("npu_proxy_requests_total"));
    }

    @Test
    void whatIsWrongIsAStatusAndMakesNoJob() {
        assertEquals(
                GrpcStatus.INVALID_ARGUMENT,
                infer(asking().putParameters("max_tokens", number(0)).build()).status());
        assertEquals(
                GrpcStatus.INVALID_ARGUMENT,
                infer(asking().clearRawInputContents().build()).status());
        assertEquals(GrpcStatus.NOT_FOUND, infer(asking("other", "Hi").build()).status());
        var broken = client.callRaw("ModelInfer", new byte[] {-1, -1, -1});
        assertEquals(GrpcStatus.INVALID_ARGUMENT, broken.status());
        assertTrue(broken.message().contains("not of the type"), broken.message());
        assertEquals(
                GrpcStatus.RESOURCE_EXHAUSTED,
                client.callRaw("ModelInfer", new byte[(1 << 20) + 1]).status());
        assertEquals("[]", TestApi.json(api.get("/v1/jobs")).get("data").toString());
    }

    @Test
    void fullQueueSaysWhenToComeAgain() {
        client.close();
        api.close();
        api = server(new TestQueue(1), Duration.ofSeconds(60));
        client = new GrpcClientKit(api.verticle.grpcPort().getAsInt());
        api.submit("{\"kind\":\"title\",\"input\":\"x\"}");

        var call = infer(asking().build());
        assertEquals(GrpcStatus.RESOURCE_EXHAUSTED, call.status());
        assertTrue(call.message().contains("come again in "), call.message());
    }

    @Test
    void failedJobIsAStatus() {
        api.lane(claim -> Outcomes.failed(ErrorCode.MODEL_UNAVAILABLE, "no driver"));
        var call = infer(asking().build());
        assertEquals(GrpcStatus.UNAVAILABLE, call.status());
        assertEquals("no driver; come again in 30 s", call.message());
    }

    @Test
    void piecesComeAsTheyAreMadeAndTheLastOneSaysSo() {
        var call = stream(asking().build());
        Claim claim = claim();
        api.queue.progress(claim, "Mail server ");
        assertEquals("Mail server ", text(call.next().getInferResponse()));
        api.queue.finish(claim, Outcomes.onNpu(claim)).toCompletableFuture().join();

        ModelInferResponse rest = call.next().getInferResponse();
        assertEquals("is slow", text(rest));
        assertFalse(rest.getParametersOrThrow("triton_final_response").getBoolParam());
        ModelInferResponse last = call.next().getInferResponse();
        assertEquals("", text(last));
        assertTrue(last.getParametersOrThrow("triton_final_response").getBoolParam());
        assertEquals("stop", last.getParametersOrThrow("finish_reason").getStringParam());
        assertEquals(GrpcStatus.OK, call.status());
    }

    @Test
    void requestThatFailsLeavesTheOthersOfItsStreamAlone() {
        api.lane(Outcomes::onNpu);
        InferParameter off = InferParameter.newBuilder().setBoolParam(false).build();
        var call = stream(
                asking("other", "Hi").setId("bad").build(),
                asking().setId("good").putParameters("stream", off).build());

        ModelStreamInferResponse bad = call.next();
        assertTrue(bad.getErrorMessage().contains("other"));
        assertEquals("bad", bad.getInferResponse().getId());
        ModelInferResponse good = call.next().getInferResponse();
        assertEquals("good", good.getId());
        assertEquals(ANSWER, text(good));
        assertEquals(GrpcStatus.OK, call.status());
    }

    @Test
    void cancelledCallCancelsItsJobs() {
        for (boolean streamed : List.of(false, true)) {
            Call<?> call = streamed ? stream(asking().build()) : infer(asking().build());
            api.queue.awaitWatches(1);
            call.cancel();
            api.queue.awaitWatches(0);
            assertEquals("cancelled", newestState());
        }
    }

    @Test
    void clientThatIsGoneCancelsItsJob() {
        infer(asking().build());
        api.queue.awaitWatches(1);
        client.close();
        api.queue.awaitWatches(0);
        assertEquals("cancelled", newestState());
    }

    @Test
    void clientThatWaitsLongerThanAConnectionMayIdleIsAnswered() {
        client.close();
        api.close();
        api = server(new TestQueue(10), Duration.ofMillis(300));
        client = new GrpcClientKit(api.verticle.grpcPort().getAsInt());
        var call = infer(asking().build());
        Claim claim = claim();
        // An idle connection of HTTP is closed meanwhile, which says that the time has passed.
        try (RawClient idle = api.raw()) {
            assertTrue(idle.closes());
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
        api.queue.finish(claim, Outcomes.onNpu(claim)).toCompletableFuture().join();
        assertEquals(ANSWER, text(call.only()));
    }

    @Test
    void connectionThatGivesNoSignOfLifeIsClosed() throws java.io.IOException {
        client.close();
        api.close();
        api = server(new TestQueue(10), Duration.ofMillis(300));
        client = new GrpcClientKit(api.verticle.grpcPort().getAsInt());
        // HTTP/2 begins with this line and empty settings; what the server then asks stays unanswered.
        for (String begun : List.of("", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0")) {
            try (RawClient silent = new RawClient(api.verticle.grpcPort().getAsInt())) {
                silent.send(begun);
                assertTrue(silent.endsBeforeItsTime());
            }
        }
    }

    @Test
    void serverWithKeysWantsOneAndCountsItsCalls() {
        client.close();
        api.close();
        ClientLimits once = new ClientLimits(OptionalLong.of(1), OptionalLong.empty(), OptionalLong.empty(), 0);
        ApiKey key = new ApiKey("ann", ApiKey.hash("secret"), once, false);
        HttpConfig config = TestApi.CONFIG.withGrpcPort(0).withKeys(List.of(key));
        api = server(config, new TestQueue(10), Duration.ofSeconds(60));
        client = new GrpcClientKit(api.verticle.grpcPort().getAsInt());
        api.lane(Outcomes::onNpu);

        assertTrue(client.call("ServerLive", ServerLiveResponse.parser(), ServerLiveRequest.getDefaultInstance())
                .only()
                .getLive());
        assertEquals(GrpcStatus.UNAUTHENTICATED, infer(asking().build()).status());
        client.showing("other");
        assertEquals(GrpcStatus.UNAUTHENTICATED, infer(asking().build()).status());
        client.showing("secret");
        assertEquals(ANSWER, text(infer(asking().build()).only()));
        assertEquals(GrpcStatus.RESOURCE_EXHAUSTED, infer(asking().build()).status());
    }

    @Test
    void callForAForeignHostIsRefused() {
        Vertx vertx = Vertx.vertx();
        try {
            int port = api.verticle.grpcPort().getAsInt();
            HttpClientOptions clear = new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false);
            RequestOptions elsewhere = new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setServer(SocketAddress.inetSocketAddress(port, "127.0.0.1"))
                    .setHost("evil.example")
                    .setPort(port)
                    .setURI("/inference.GRPCInferenceService/ServerLive")
                    .putHeader("content-type", "application/grpc");
            var status = vertx.createHttpClient(clear)
                    .request(elsewhere)
                    .compose(request -> request.send(Buffer.buffer(new byte[5])))
                    .map(answer -> answer.getHeader("grpc-status"));
            assertEquals(
                    Integer.toString(GrpcStatus.PERMISSION_DENIED.code),
                    status.toCompletionStage().toCompletableFuture().join());
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    @Test
    void plainHttpOnThePortIsToldWhatItIsFor() throws Exception {
        HttpResponse<String> answer = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                        + api.verticle.grpcPort().getAsInt() + "/v2"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertEquals(505, answer.statusCode());
        assertTrue(answer.body().contains("gRPC"));
    }

    private static String text(ModelInferResponse answer) {
        return answer.getRawOutputContents(0).substring(4).toStringUtf8();
    }
}
