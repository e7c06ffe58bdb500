package io.npuq.api.kserve.grpc;

import io.npuq.api.generate.Following;
import io.npuq.api.generate.Generations;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.api.kserve.Asked;
import io.npuq.api.kserve.Inference;
import io.npuq.api.kserve.Model;
import io.npuq.api.kserve.Models;
import io.npuq.api.kserve.protocol.ModelInferRequest;
import io.npuq.api.kserve.protocol.ModelStreamInferResponse;
import io.npuq.scheduler.Sender;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A call of {@code ModelStreamInfer}: any number of requests, each a job, answered piece by piece as they come. Where one fails, the
 * others go on. When the client leaves, all jobs that have not ended are cancelled, unless it gave an idempotency key.
 */
final class StreamedInferences {
    /** Requests of one call that may be open; the next one is not read until one of them has ended. */
    private static final int OPEN_MAX = 64;

    /** With which a client says that an error is to end the call, as for Triton. */
    private static final String ERRORS_END = "triton_grpc_error";

    private final Vertx vertx;
    private final Generations generations;
    private final Models models;
    private final GrpcCall<ModelStreamInferResponse> call;
    private final Set<StreamedInference> open = new HashSet<>();
    private int number;
    private boolean askedAll;

    StreamedInferences(Vertx vertx, Generations generations, Models models, GrpcCall<ModelStreamInferResponse> call) {
        this.vertx = vertx;
        this.generations = generations;
        this.models = models;
        this.call = call;
    }

    void begin() {
        call.whenGone(() -> List.copyOf(open).forEach(StreamedInference::leave));
        call.request().handler(this::asked).endHandler(end -> {
            askedAll = true;
            endWithTheLast();
        });
    }

    private void asked(Buffer bytes) {
        try {
            asked(Messages.parse(ModelInferRequest.parser(), bytes));
        } catch (ProblemException e) {
            call.fail(e);
        }
    }

    private void asked(ModelInferRequest message) {
        try {
            Model model = models.forJob(message.getModelName(), message.getModelVersion());
            Inference inference = InferenceProto.read(message);
            Asked asked = Asked.of(inference, model);
            Sender sender = call.sender(asked.namesPriority()).ofLine(++number);
            StreamedInference one = new StreamedInference(
                    this, model, inference.id(), asked, sender.idempotencyKey().isPresent(), generations::mainLane);
            opened(one);
            submitted(asked.job(), sender, one)
                    .onSuccess(one::followed)
                    .onFailure(cause -> one.lost(call.problem(cause)));
        } catch (RuntimeException e) {
            failed(message.getModelName(), message.getId(), call.problem(e));
        }
    }

    /** The request is open by now: whatever is wrong must be its end. */
    private Future<Following> submitted(JobRequest job, Sender sender, StreamedInference one) {
        try {
            return generations.follow(job, sender, vertx.getOrCreateContext(), one);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void opened(StreamedInference one) {
        open.add(one);
        if (open.size() >= OPEN_MAX) {
            call.request().pause();
        }
    }

    /** The request has all its answers. */
    void closed(StreamedInference one) {
        open.remove(one);
        call.request().resume();
        endWithTheLast();
    }

    void about(JobId id) {
        call.about(id);
    }

    void send(ModelStreamInferResponse message) {
        call.send(message, Map.of());
    }

    void failed(String model, String id, Problem problem) {
        if (call.metadata(ERRORS_END).filter("true"::equals).isPresent()) {
            call.fail(problem);
            return;
        }
        send(ModelStreamInferResponse.newBuilder()
                .setErrorMessage(GrpcStatuses.message(problem))
                .setInferResponse(Answers.none(model, id))
                .build());
    }

    private void endWithTheLast() {
        if (askedAll && open.isEmpty()) {
            call.end();
        }
    }
}
