package io.npuq.api;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;

/** A client of the inference service, with connections of its own. */
final class GrpcClientKit implements AutoCloseable {
    private static final ServiceName NAME = ServiceName.create("inference", "GRPCInferenceService");

    private final Vertx vertx = Vertx.vertx();
    private final GrpcClient client = GrpcClient.client(vertx);
    private final int port;
    private final Map<String, String> metadata = new HashMap<>();

    GrpcClientKit(int port) {
        this.port = port;
    }

    /** From now on, calls carry this API key. */
    void showing(String apiKey) {
        carrying("authorization", "Bearer " + apiKey);
    }

    /** From now on, calls carry that. */
    void carrying(String name, String value) {
        metadata.put(name, value);
    }

    /** Sends these messages, and no more. */
    <A> Call<A> call(String method, Parser<A> answers, MessageLite... requests) {
        return call(
                method,
                answers,
                Stream.of(requests)
                        .map(request -> Buffer.buffer(request.toByteArray()))
                        .toList());
    }

    /** Sends these bytes as one message. */
    Call<?> callRaw(String method, byte[] message) {
        return call(method, com.google.protobuf.Empty.parser(), List.of(Buffer.buffer(message)));
    }

    private <A> Call<A> call(String method, Parser<A> answers, List<Buffer> requests) {
        Call<A> call = new Call<>(answers);
        client.request(
                        SocketAddress.inetSocketAddress(port, "127.0.0.1"),
                        ServiceMethod.client(NAME, method, GrpcMessageEncoder.IDENTITY, GrpcMessageDecoder.IDENTITY))
                .onFailure(call.response::completeExceptionally)
                .onSuccess(request -> {
                    call.asked(request);
                    metadata.forEach((name, value) -> request.headers().set(name, value));
                    requests.forEach(request::write);
                    request.end();
                });
        return call;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** One call as its client sees it. */
    static final class Call<A> {
        private final Parser<A> parser;
        private final CompletableFuture<GrpcClientRequest<Buffer, Buffer>> request = new CompletableFuture<>();
        private final CompletableFuture<GrpcClientResponse<Buffer, Buffer>> response = new CompletableFuture<>();
        private final CompletableFuture<Void> end = new CompletableFuture<>();
        private final BlockingQueue<Buffer> answers = new LinkedBlockingQueue<>();

        private Call(Parser<A> parser) {
            this.parser = parser;
        }

        private void asked(GrpcClientRequest<Buffer, Buffer> made) {
            made.response().onFailure(response::completeExceptionally).onSuccess(began -> {
                began.handler(answers::add);
                began.endHandler(ended -> end.complete(null));
                began.exceptionHandler(end::completeExceptionally);
                response.complete(began);
            });
            request.complete(made);
        }

        /** The next message; waits for it. */
        A next() {
            try {
                return parser.parseFrom(answers.take().getBytes());
            } catch (InterruptedException | InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }

        /** The only message of a call that ended well. */
        A only() {
            if (status() != GrpcStatus.OK || answers.size() != 1) {
                throw new AssertionError(status().name() + " " + message() + " with " + answers.size() + " messages");
            }
            return next();
        }

        GrpcStatus status() {
            GrpcClientResponse<Buffer, Buffer> began = response.join();
            end.join();
            return began.status();
        }

        String message() {
            return response.join().statusMessage();
        }

        String metadata(String key) {
            return response.join().headers().get(key);
        }

        void cancel() {
            request.join().cancel();
        }
    }
}
