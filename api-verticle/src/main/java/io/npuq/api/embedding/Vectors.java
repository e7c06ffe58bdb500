package io.npuq.api.embedding;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.schema.Embedding;
import io.npuq.schema.EmbeddingVector;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;

/** Vectors, as the dialects answer them. */
public final class Vectors {
    private Vectors() {}

    /**
     * Checks that vectors are as long as a client wants them.
     *
     * @throws ProblemException 400 when they are not
     */
    public static void checkDimensions(List<Embedding> embeddings, OptionalLong wanted) {
        int made = embeddings.isEmpty() ? 0 : embeddings.get(0).vector().dimensions();
        if (wanted.isPresent() && wanted.getAsLong() != made) {
            throw new ProblemException(Problem.of(
                    400, "invalid_value", "dimensions must be " + made + ", as the model has it", "dimensions"));
        }
    }

    /** Writes a vector as an array of numbers. */
    public static void write(JsonGenerator json, EmbeddingVector vector) throws IOException {
        json.writeStartArray();
        for (float value : vector.toArray()) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }

    /** How many tokens the model read for them. */
    public static int tokens(List<Embedding> embeddings) {
        return embeddings.stream().mapToInt(Embedding::tokens).sum();
    }
}
