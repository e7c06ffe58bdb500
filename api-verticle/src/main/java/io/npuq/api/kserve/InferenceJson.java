package io.npuq.api.kserve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.api.http.Fields;
import io.npuq.api.http.JsonIn;
import io.npuq.api.http.Text;
import io.npuq.api.kserve.Inference.Wanted;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Json;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * Reads an inference that came as JSON. The elements of an input may stand behind the JSON in binary form, where the input says how many
 * bytes; those of all such inputs follow each other in their order.
 */
final class InferenceJson {
    private static final String BINARY_SIZE = "binary_data_size";

    private final ByteBuffer behind;

    private InferenceJson(ByteBuffer behind) {
        this.behind = behind;
    }

    /**
     * The inference that the body holds.
     *
     * @param jsonBytes how much of the body is JSON
     */
    static Inference read(byte[] body, int jsonBytes) {
        InferenceJson reader = new InferenceJson(ByteBuffer.wrap(body, jsonBytes, body.length - jsonBytes));
        Fields json = JsonIn.object(jsonBytes == body.length ? body : Arrays.copyOf(body, jsonBytes))
                .onlyKnown(List.of("id", "parameters", "inputs", "outputs"));
        Inference inference = new Inference(
                json.text("id").orElse(""),
                parameters(json),
                json.requiredObjects("inputs").stream().map(reader::input).toList(),
                json.has("outputs")
                        ? json.requiredObjects("outputs").stream()
                                .map(InferenceJson::output)
                                .toList()
                        : List.of());
        InvalidInputException.check(
                !reader.behind.hasRemaining(),
                "body",
                "the body goes on for " + reader.behind.remaining()
                        + " bytes behind the last input's binary_data_size");
        return inference;
    }

    private static ObjectNode parameters(Fields json) {
        return json.object("parameters").map(Fields::node).orElseGet(Json.MAPPER::createObjectNode);
    }

    private Tensor input(Fields input) {
        input.onlyKnown(List.of("name", "datatype", "shape", "parameters", "data"));
        String name = Text.echo(input.requiredText("name"));
        Datatype datatype = Datatype.of(name, input.requiredText("datatype"));
        List<Long> shape = shape(name, input);
        OptionalLong size = input.object("parameters")
                .map(parameters -> parameters.onlyKnown(List.of(BINARY_SIZE)).integer(BINARY_SIZE))
                .orElse(OptionalLong.empty());
        InvalidInputException.check(
                size.isPresent() != input.has("data"),
                name,
                "the input " + name + " must have either data or the parameter binary_data_size");
        return size.isPresent()
                ? Tensor.ofRaw(name, datatype, shape, take(name, size.getAsLong()))
                : new Tensor(name, datatype, shape, flat(input.any("data").orElseThrow()));
    }

    private static List<Long> shape(String name, Fields input) {
        List<Long> shape = new ArrayList<>();
        JsonNode given = input.any("shape").orElseGet(Json.MAPPER::nullNode);
        boolean whole = given.isArray();
        for (JsonNode dimension : given) {
            whole &= dimension.isIntegralNumber() && dimension.canConvertToLong();
            shape.add(dimension.longValue());
        }
        InvalidInputException.check(whole, name, "the shape of " + name + " must be an array of whole numbers");
        return shape;
    }

    private ByteBuffer take(String name, long size) {
        InvalidInputException.check(
                size >= 0 && size <= behind.remaining(),
                name,
                "binary_data_size of " + name + " is " + size + ", and " + behind.remaining()
                        + " bytes are left behind the JSON; its length goes into the header " + KserveApi.JSON_LENGTH);
        ByteBuffer taken = behind.slice(behind.position(), Math.toIntExact(size));
        behind.position(behind.position() + Math.toIntExact(size));
        return taken;
    }

    /** Rows may be nested; the shape says how. */
    private static List<JsonNode> flat(JsonNode data) {
        List<JsonNode> elements = new ArrayList<>();
        flatten(data, elements);
        return elements;
    }

    private static void flatten(JsonNode data, List<JsonNode> into) {
        if (data.isArray()) {
            data.forEach(element -> flatten(element, into));
        } else {
            into.add(data);
        }
    }

    private static Wanted output(Fields output) {
        output.onlyKnown(List.of("name", "parameters"));
        return new Wanted(
                output.requiredText("name"),
                output.object("parameters")
                        .flatMap(parameters ->
                                parameters.onlyKnown(List.of("binary_data")).truth("binary_data")));
    }
}
