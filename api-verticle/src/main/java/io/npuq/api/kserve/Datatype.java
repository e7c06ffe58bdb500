package io.npuq.api.kserve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.npuq.api.http.Text;
import io.npuq.schema.InvalidInputException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the elements of a tensor are. In binary form they are little-endian, one behind the other. */
public enum Datatype {
    /** One byte; 0 is false. */
    BOOL(1),
    /** A signed byte. */
    INT8(Byte.BYTES),
    /** Two signed bytes. */
    INT16(Short.BYTES),
    /** Four signed bytes. */
    INT32(Integer.BYTES),
    /** Eight signed bytes. */
    INT64(Long.BYTES),
    /** An unsigned byte. */
    UINT8(Byte.BYTES),
    /** Two unsigned bytes. */
    UINT16(Short.BYTES),
    /** Four unsigned bytes. */
    UINT32(Integer.BYTES),
    /** Eight unsigned bytes. */
    UINT64(Long.BYTES),
    /** A number of 32 bits. */
    FP32(Float.BYTES),
    /** A number of 64 bits. */
    FP64(Double.BYTES),
    /** A text in UTF-8 behind its length in four bytes. */
    BYTES(Integer.BYTES);

    private final int bytesMin;

    Datatype(int bytesMin) {
        this.bytesMin = bytesMin;
    }

    /** The data type of that name, of that tensor. */
    public static Datatype of(String tensor, String name) {
        return Stream.of(values())
                .filter(type -> type.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        tensor,
                        "the datatype of " + Text.echo(tensor) + " must be one of "
                                + Stream.of(values()).map(Datatype::name).collect(Collectors.joining(", "))));
    }

    /** Whether an element of JSON is one of this type. */
    boolean allows(JsonNode element) {
        return switch (this) {
            case BOOL -> element.isBoolean();
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> element.isIntegralNumber();
            case FP32, FP64 -> element.isNumber();
            case BYTES -> element.isTextual();
        };
    }

    /** Takes one element off its binary form, which is little-endian. */
    JsonNode next(String tensor, ByteBuffer raw) {
        InvalidInputException.check(
                raw.remaining() >= bytesMin,
                tensor,
                "the binary data of " + tensor + " ends before its last element; see its shape and its length");
        return switch (this) {
            case BOOL -> BooleanNode.valueOf(raw.get() != 0);
            case INT8 -> LongNode.valueOf(raw.get());
            case INT16 -> LongNode.valueOf(raw.getShort());
            case INT32 -> LongNode.valueOf(raw.getInt());
            case INT64 -> LongNode.valueOf(raw.getLong());
            case UINT8 -> LongNode.valueOf(Byte.toUnsignedInt(raw.get()));
            case UINT16 -> LongNode.valueOf(Short.toUnsignedInt(raw.getShort()));
            case UINT32 -> LongNode.valueOf(Integer.toUnsignedLong(raw.getInt()));
            case UINT64 -> unsigned(raw.getLong());
            case FP32 -> DoubleNode.valueOf(raw.getFloat());
            case FP64 -> DoubleNode.valueOf(raw.getDouble());
            case BYTES -> text(tensor, raw);
        };
    }

    /** A number as unsigned as it was meant. */
    public static JsonNode unsigned(long bits) {
        return bits >= 0 ? LongNode.valueOf(bits) : BigIntegerNode.valueOf(new BigInteger(Long.toUnsignedString(bits)));
    }

    private static JsonNode text(String tensor, ByteBuffer raw) {
        int length = raw.getInt();
        InvalidInputException.check(
                length >= 0 && length <= raw.remaining(),
                tensor,
                "an element of " + tensor + " says that it is longer than the binary data that follows");
        byte[] bytes = new byte[length];
        raw.get(bytes);
        return TextNode.valueOf(Text.utf8(tensor, bytes));
    }
}
