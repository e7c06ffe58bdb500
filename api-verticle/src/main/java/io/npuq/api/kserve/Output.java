package io.npuq.api.kserve;

import com.fasterxml.jackson.core.JsonGenerator;
import io.npuq.schema.Embedding;
import io.npuq.schema.Job;
import io.npuq.schema.JobResult;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** A tensor of an answer. */
public sealed interface Output {
    /** Which output of its model. */
    String name();

    /** What its elements are. */
    Datatype datatype();

    /** How many elements in each dimension. */
    List<Long> shape();

    /** Its elements in binary form. */
    byte[] raw();

    /** Writes its elements into an array of JSON, row by row. */
    void writeElements(JsonGenerator json) throws IOException;

    /**
     * What a job made.
     *
     * @param job one with a result
     * @param asked what was asked for
     */
    static Output of(Job job, Asked asked) {
        JobResult result = job.result().orElseThrow();
        return result.embeddings().isEmpty() ? text(result.text(), asked) : new Vectors(result.embeddings());
    }

    /** A text, or a piece of one, in the shape of the text that came. */
    static Output text(String text, Asked asked) {
        return new OneText(text, asked.shape());
    }

    /**
     * {@code text_output}.
     *
     * @param text its one element
     */
    record OneText(String text, List<Long> shape) implements Output {
        @Override
        public String name() {
            return "text_output";
        }

        @Override
        public Datatype datatype() {
            return Datatype.BYTES;
        }

        @Override
        public byte[] raw() {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(Integer.BYTES + bytes.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(bytes.length)
                    .put(bytes)
                    .array();
        }

        @Override
        public void writeElements(JsonGenerator json) throws IOException {
            json.writeString(text);
        }
    }

    /**
     * {@code embedding}: a row for each text.
     *
     * @param rows at least one
     */
    record Vectors(List<Embedding> rows) implements Output {
        @Override
        public String name() {
            return "embedding";
        }

        @Override
        public Datatype datatype() {
            return Datatype.FP32;
        }

        @Override
        public List<Long> shape() {
            return Stream.of(rows.size(), rows.get(0).vector().dimensions())
                    .map(Integer::longValue)
                    .toList();
        }

        @Override
        public byte[] raw() {
            int numbers = rows.size() * rows.get(0).vector().dimensions();
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * numbers).order(ByteOrder.LITTLE_ENDIAN);
            rows.forEach(row -> {
                for (int i = 0; i < row.vector().dimensions(); i++) {
                    bytes.putFloat(row.vector().get(i));
                }
            });
            return bytes.array();
        }

        @Override
        public void writeElements(JsonGenerator json) throws IOException {
            for (Embedding row : rows) {
                for (int i = 0; i < row.vector().dimensions(); i++) {
                    json.writeNumber(row.vector().get(i));
                }
            }
        }
    }
}
