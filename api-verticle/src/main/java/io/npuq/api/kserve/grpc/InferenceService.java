package io.npuq.api.kserve.grpc;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.npuq.api.generate.Generations;
import io.npuq.api.http.Keyring;
import io.npuq.api.http.Problem;
import io.npuq.api.http.RequestCounter;
import io.npuq.api.kserve.Asked;
import io.npuq.api.kserve.Inference;
import io.npuq.api.kserve.Model;
import io.npuq.api.kserve.Models;
import io.npuq.api.kserve.ServerInfo;
import io.npuq.api.kserve.protocol.ModelInferRequest;
import io.npuq.api.kserve.protocol.ModelInferResponse;
import io.npuq.api.kserve.protocol.ModelMetadataRequest;
import io.npuq.api.kserve.protocol.ModelReadyRequest;
import io.npuq.api.kserve.protocol.ModelReadyResponse;
import io.npuq.api.kserve.protocol.ModelStreamInferResponse;
import io.npuq.api.kserve.protocol.ServerLiveRequest;
import io.npuq.api.kserve.protocol.ServerLiveResponse;
import io.npuq.api.kserve.protocol.ServerMetadataRequest;
import io.npuq.api.kserve.protocol.ServerMetadataResponse;
import io.npuq.api.kserve.protocol.ServerReadyRequest;
import io.npuq.api.kserve.protocol.ServerReadyResponse;
import io.npuq.schema.Limits;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.server.GrpcProtocol;
import io.vertx.grpc.server.GrpcServer;
import io.vertx.grpc.server.GrpcServerOptions;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The methods of {@code inference.GRPCInferenceService}. */
public final class InferenceService {
    private static final ServiceName NAME = ServiceName.create("inference", "GRPCInferenceService");

    private final Vertx vertx;
    private final Generations generations;
    private final Models models;
    private final Keyring keyring;
    private final RequestCounter counter;

    /**
     * A service that runs these jobs.
     *
     * @param keyring knows whose calls they are
     * @param counter told of their ends
     */
    public InferenceService(Vertx vertx, Generations generations, Keyring keyring, RequestCounter counter) {
        this.counter = counter;
        this.keyring = keyring;
        this.vertx = vertx;
        this.generations = generations;
        this.models = new Models(generations);
    }

    /** Serves the calls of all methods. */
    public Handler<HttpServerRequest> calls() {
        GrpcServer server = GrpcServer.server(vertx, options());
        answer(
                server,
                "ServerLive",
                ServerLiveRequest.parser(),
                asked -> ServerLiveResponse.newBuilder().setLive(true).build());
        answer(
                server,
                "ServerReady",
                ServerReadyRequest.parser(),
                asked -> ServerReadyResponse.newBuilder()
                        .setReady(models.ready())
                        .build());
        answer(
                server,
                "ModelReady",
                ModelReadyRequest.parser(),
                asked -> ModelReadyResponse.newBuilder()
                        .setReady(
                                models.find(asked.getName(), asked.getVersion()).ready())
                        .build());
        answer(server, "ServerMetadata", ServerMetadataRequest.parser(), asked -> metadata());
        answer(
                server,
                "ModelMetadata",
                ModelMetadataRequest.parser(),
                asked -> Answers.metadata(models.find(asked.getName(), asked.getVersion())));
        single(server, "ModelInfer", ModelInferRequest.parser(), this::infer);
        server.callHandler(
                InferenceService.<ModelStreamInferResponse>method("ModelStreamInfer"),
                request -> new StreamedInferences(vertx, generations, models, new GrpcCall<>(request, keyring, counter))
                        .begin());
        return server;
    }

    private static GrpcServerOptions options() {
        GrpcServerOptions options = new GrpcServerOptions().setMaxMessageSize(Limits.BODY_BYTES_MAX);
        GrpcServerOptions.DEFAULT_ENABLED_PROTOCOLS.stream()
                .filter(protocol -> protocol != GrpcProtocol.HTTP_2)
                .forEach(options::removeEnabledProtocol);
        return options;
    }

    private static ServerMetadataResponse metadata() {
        return ServerMetadataResponse.newBuilder()
                .setName(ServerInfo.NAME)
                .setVersion(ServerInfo.version())
                .addAllExtensions(ServerInfo.EXTENSIONS)
                .build();
    }

    private void infer(GrpcCall<ModelInferResponse> call, ModelInferRequest message) {
        Model model = models.forJob(message.getModelName(), message.getModelVersion());
        Inference inference = InferenceProto.read(message);
        Asked asked = Asked.whole(inference, model);
        var follower = new WholeInference(call, model, inference.id(), asked, generations::mainLane);
        var sender = call.sender(asked.namesPriority());
        generations
                .follow(asked.job(), sender, vertx.getOrCreateContext(), follower)
                .onSuccess(following ->
                        call.whenGone(sender.idempotencyKey().isPresent() ? following::leave : following::cancel))
                .onFailure(call::fail);
    }

    /** A method that knows its answer at once. */
    private <Q extends Message, A extends Message> void answer(
            GrpcServer server, String method, Parser<Q> parser, Function<Q, A> answer) {
        this.<Q, A>single(server, method, parser, (call, message) -> {
            call.send(answer.apply(message), Map.of());
            call.end();
        });
    }

    /** A method that takes one message. */
    private <Q extends Message, A extends Message> void single(
            GrpcServer server, String method, Parser<Q> parser, BiConsumer<GrpcCall<A>, Q> serve) {
        server.callHandler(InferenceService.<A>method(method), request -> {
            GrpcCall<A> call = new GrpcCall<>(request, keyring, counter);
            AtomicBoolean asked = new AtomicBoolean();
            request.handler(message -> {
                if (asked.getAndSet(true)) {
                    call.fail(Problem.of(400, "invalid_body", method + " takes one message, and a second one came"));
                    return;
                }
                try {
                    serve.accept(call, Messages.parse(parser, message));
                } catch (RuntimeException e) {
                    call.fail(e);
                }
            });
            request.endHandler(end -> {
                if (!asked.get()) {
                    call.fail(Problem.of(400, "invalid_body", method + " takes one message, and none came"));
                }
            });
        });
    }

    private static <A extends Message> ServiceMethod<Buffer, A> method(String method) {
        return ServiceMethod.server(NAME, method, GrpcMessageEncoder.encoder(), GrpcMessageDecoder.IDENTITY);
    }
}
