package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;

/** A vector of 32-bit floating point numbers. As JSON it is base64 of them, little-endian: exact, and half as long as digits. */
public final class EmbeddingVector {
    private final float[] values;

    private EmbeddingVector(float[] values) {
        this.values = values;
    }

    /** Takes the array over: nobody may change it from then on. */
    public static EmbeddingVector of(float[] values) {
        return new EmbeddingVector(values);
    }

    /**
     * Out of {@link #base64}.
     *
     * @throws IllegalArgumentException when it is no base64, or no whole number of floats
     */
    @JsonCreator
    public static EmbeddingVector parse(String base64) {
        byte[] bytes = Base64.getDecoder().decode(base64);
        if (bytes.length % Float.BYTES != 0) {
            throw new IllegalArgumentException(bytes.length + " bytes are no whole number of floats");
        }
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return new EmbeddingVector(values);
    }

    /** Base64 of the numbers as 32-bit floats, little-endian, as OpenAI's clients read them. */
    @JsonValue
    public String base64() {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** How many numbers it has. */
    public int dimensions() {
        return values.length;
    }

    /** One of its numbers, from 0. */
    public float get(int index) {
        return values[index];
    }

    /** Its numbers, copied. */
    public float[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EmbeddingVector vector && Arrays.equals(values, vector.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    /** Its size only: a vector tells of its text. */
    @Override
    public String toString() {
        return "vector of " + values.length;
    }
}
