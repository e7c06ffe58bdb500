package io.npuq.api.kserve.grpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.protobuf.ByteString;
import io.npuq.api.http.Text;
import io.npuq.api.kserve.Datatype;
import io.npuq.api.kserve.Inference;
import io.npuq.api.kserve.Inference.Wanted;
import io.npuq.api.kserve.Tensor;
import io.npuq.api.kserve.protocol.InferParameter;
import io.npuq.api.kserve.protocol.InferTensorContents;
import io.npuq.api.kserve.protocol.ModelInferRequest;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Reads an inference that came as a message. */
final class InferenceProto {
    private InferenceProto() {}

    static Inference read(ModelInferRequest message) {
        return new Inference(
                message.getId(),
                parameters(message.getParametersMap()),
                inputs(message),
                // Outputs over gRPC are always in binary form.
                message.getOutputsList().stream()
                        .map(output -> new Wanted(output.getName(), Optional.of(true)))
                        .toList());
    }

    private static ObjectNode parameters(Map<String, InferParameter> given) {
        ObjectNode parameters = Json.MAPPER.createObjectNode();
        given.forEach((name, value) -> parameters.set(name, parameter(name, value)));
        return parameters;
    }

    private static JsonNode parameter(String name, InferParameter value) {
        return switch (value.getParameterChoiceCase()) {
            case BOOL_PARAM -> BooleanNode.valueOf(value.getBoolParam());
            case INT64_PARAM -> LongNode.valueOf(value.getInt64Param());
            case STRING_PARAM -> TextNode.valueOf(value.getStringParam());
            case DOUBLE_PARAM -> DoubleNode.valueOf(value.getDoubleParam());
            case UINT64_PARAM -> Datatype.unsigned(value.getUint64Param());
            case PARAMETERCHOICE_NOT_SET ->
                throw new InvalidInputException("parameters", "the parameter " + Text.echo(name) + " has no value");
        };
    }

    private static List<Tensor> inputs(ModelInferRequest message) {
        int raw = message.getRawInputContentsCount();
        InvalidInputException.check(
                raw == 0 || raw == message.getInputsCount(),
                "raw_input_contents",
                "raw_input_contents must have an entry for each of the " + message.getInputsCount()
                        + " inputs, or none at all; it has " + raw);
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < message.getInputsCount(); i++) {
            inputs.add(
                    raw == 0
                            ? input(message.getInputs(i))
                            : input(message.getInputs(i), message.getRawInputContents(i)));
        }
        return inputs;
    }

    private static Tensor input(ModelInferRequest.InferInputTensor input, ByteString raw) {
        String name = Text.echo(input.getName());
        InvalidInputException.check(
                !input.hasContents(), name, "the input " + name + " has contents beside its raw_input_contents");
        return Tensor.ofRaw(
                name, Datatype.of(name, input.getDatatype()), input.getShapeList(), raw.asReadOnlyByteBuffer());
    }

    private static Tensor input(ModelInferRequest.InferInputTensor input) {
        String name = Text.echo(input.getName());
        Datatype datatype = Datatype.of(name, input.getDatatype());
        return new Tensor(name, datatype, input.getShapeList(), elements(name, datatype, input.getContents()));
    }

    private static List<JsonNode> elements(String name, Datatype datatype, InferTensorContents contents) {
        return switch (datatype) {
            case BOOL -> nodes(contents.getBoolContentsList(), BooleanNode::valueOf);
            case INT8, INT16, INT32 -> nodes(contents.getIntContentsList(), number -> LongNode.valueOf(number));
            case INT64 -> nodes(contents.getInt64ContentsList(), LongNode::valueOf);
            case UINT8, UINT16, UINT32 ->
                nodes(contents.getUintContentsList(), bits -> LongNode.valueOf(Integer.toUnsignedLong(bits)));
            case UINT64 -> nodes(contents.getUint64ContentsList(), Datatype::unsigned);
            case FP32 -> nodes(contents.getFp32ContentsList(), number -> DoubleNode.valueOf(number));
            case FP64 -> nodes(contents.getFp64ContentsList(), DoubleNode::valueOf);
            case BYTES ->
                nodes(contents.getBytesContentsList(), bytes -> TextNode.valueOf(Text.utf8(name, bytes.toByteArray())));
        };
    }

    private static <T> List<JsonNode> nodes(List<T> elements, Function<T, JsonNode> node) {
        return elements.stream().map(node).toList();
    }
}
