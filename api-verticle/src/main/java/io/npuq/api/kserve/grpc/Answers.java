package io.npuq.api.kserve.grpc;

import com.google.protobuf.ByteString;
import io.npuq.api.kserve.Model;
import io.npuq.api.kserve.Output;
import io.npuq.api.kserve.protocol.InferParameter;
import io.npuq.api.kserve.protocol.ModelInferResponse;
import io.npuq.api.kserve.protocol.ModelInferResponse.InferOutputTensor;
import io.npuq.api.kserve.protocol.ModelMetadataResponse;
import io.npuq.api.kserve.protocol.ModelMetadataResponse.TensorMetadata;
import io.npuq.schema.Job;
import java.util.List;

/** Messages to the client. */
final class Answers {
    /** Triton's word on each message of a stream: whether it is the last one of its request. */
    private static final String FINAL = "triton_final_response";

    private Answers() {}

    static ModelMetadataResponse metadata(Model model) {
        return ModelMetadataResponse.newBuilder()
                .setName(model.name())
                .addVersions(Model.VERSION)
                .setPlatform(Model.PLATFORM)
                .addAllInputs(slots(model.inputs()))
                .addAllOutputs(slots(model.outputs()))
                .build();
    }

    private static List<TensorMetadata> slots(List<Model.Slot> slots) {
        return slots.stream()
                .map(slot -> TensorMetadata.newBuilder()
                        .setName(slot.name())
                        .setDatatype(slot.datatype().name())
                        .addAllShape(slot.shape())
                        .build())
                .toList();
    }

    /** A whole answer. */
    static ModelInferResponse whole(Model model, String id, Output output, Job job) {
        return answer(model, id, output)
                .putParameters("finish_reason", text(finishReason(job)))
                .build();
    }

    /** A piece of an answer that goes on. */
    static ModelInferResponse piece(Model model, String id, Output output) {
        return answer(model, id, output).putParameters(FINAL, truth(false)).build();
    }

    /** The last piece. */
    static ModelInferResponse last(Model model, String id, Output output, Job job) {
        return answer(model, id, output)
                .putParameters(FINAL, truth(true))
                .putParameters("finish_reason", text(finishReason(job)))
                .putParameters("job_id", text(job.id().value()))
                .build();
    }

    /** What goes with an error: whose it is. */
    static ModelInferResponse none(String model, String id) {
        return ModelInferResponse.newBuilder()
                .setModelName(model)
                .setId(id)
                .putParameters(FINAL, truth(true))
                .build();
    }

    private static ModelInferResponse.Builder answer(Model model, String id, Output output) {
        return ModelInferResponse.newBuilder()
                .setModelName(model.name())
                .setModelVersion(Model.VERSION)
                .setId(id)
                .addOutputs(InferOutputTensor.newBuilder()
                        .setName(output.name())
                        .setDatatype(output.datatype().name())
                        .addAllShape(output.shape()))
                .addRawOutputContents(ByteString.copyFrom(output.raw()));
    }

    private static String finishReason(Job job) {
        return job.result().orElseThrow().finishReason().wire();
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static InferParameter truth(boolean value) {
        return InferParameter.newBuilder().setBoolParam(value).build();
    }
}
