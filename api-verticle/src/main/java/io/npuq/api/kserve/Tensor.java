package io.npuq.api.kserve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.npuq.schema.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * An input, whatever form it came in.
 *
 * @param name which input; fit to be repeated to the client
 * @param datatype what its elements are
 * @param shape how many elements in each dimension; none for a single element
 * @param elements all of them, row by row
 */
public record Tensor(String name, Datatype datatype, List<Long> shape, List<JsonNode> elements) {
    private static final int DIMENSIONS_MAX = 8;

    /** Checks that there are as many elements as the shape says, each of the data type. */
    public Tensor {
        shape = List.copyOf(shape);
        elements = List.copyOf(elements);
        long size = size(name, shape);
        InvalidInputException.check(
                size == elements.size(),
                name,
                name + " has " + elements.size() + " elements, and its shape " + shape + " has " + size);
        InvalidInputException.check(
                elements.stream().allMatch(datatype::allows), name, "an element of " + name + " is not of " + datatype);
    }

    /** A tensor whose elements came in binary form. */
    public static Tensor ofRaw(String name, Datatype datatype, List<Long> shape, ByteBuffer raw) {
        ByteBuffer data = raw.slice().order(ByteOrder.LITTLE_ENDIAN);
        // Each element has a byte at least, so that a shape alone costs nothing.
        long size = Math.min(size(name, shape), (long) data.remaining() + 1);
        List<JsonNode> elements = new ArrayList<>();
        for (long i = 0; i < size; i++) {
            elements.add(datatype.next(name, data));
        }
        InvalidInputException.check(
                !data.hasRemaining(),
                name,
                "the binary data of " + name + " goes on after its last element; see its shape and binary_data_size");
        return new Tensor(name, datatype, shape, elements);
    }

    /** The one element, or an array of all. */
    public JsonNode value() {
        if (elements.size() == 1) {
            return elements.get(0);
        }
        ArrayNode all = JsonNodeFactory.instance.arrayNode(elements.size());
        return all.addAll(elements);
    }

    private static long size(String name, List<Long> shape) {
        boolean allowed = shape.size() <= DIMENSIONS_MAX
                && shape.stream().allMatch(dimension -> dimension >= 0 && dimension <= Integer.MAX_VALUE);
        InvalidInputException.check(
                allowed,
                name,
                "the shape of " + name + " must be at most " + DIMENSIONS_MAX + " whole numbers that are not negative");
        long size = 1;
        for (long dimension : shape) {
            // Past an int, it cannot be what came, whatever it is.
            size = Math.min(size * dimension, Integer.MAX_VALUE);
        }
        return size;
    }
}
