package io.npuq.api.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.npuq.schema.Json;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;

/**
 * What a batch has so far: its answers, and its errors, a line each. Which lines of its input are done follows from these files alone, so
 * that none is done twice. Blocks.
 */
final class Results implements Closeable {
    private static final List<String> INPUT_TOKENS = List.of("prompt_tokens", "input_tokens");
    private static final List<String> OUTPUT_TOKENS = List.of("completion_tokens", "output_tokens");

    private final BitSet done = new BitSet();
    private final AppendFile output;
    private final AppendFile errors;
    private BatchCounts counts;
    private boolean expired;

    private Results(Path output, Path errors, int total) throws IOException {
        counts = BatchCounts.NONE.of(total);
        this.output = AppendFile.open(output, line -> note(line, true));
        try {
            this.errors = AppendFile.open(errors, line -> note(line, false));
        } catch (IOException e) {
            this.output.close();
            throw e;
        }
    }

    /** What these files hold; they are made where they are missing. */
    static Results open(Path output, Path errors, int total) throws IOException {
        return new Results(output, errors, total);
    }

    /** A line that is not what was written here is what a crash left. */
    private boolean note(byte[] line, boolean answered) {
        try {
            JsonNode entry = Json.MAPPER.readTree(line);
            int index = LineJson.index(entry.path("id").asText());
            if (index < 0 || index >= counts.total() || done.get(index)) {
                return false;
            }
            count(index, answered, entry.path("response").path("body").path("usage"));
            expired |= entry.path("error").path("code").asText().equals(LineJson.EXPIRED);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void count(int index, boolean answered, JsonNode usage) {
        done.set(index);
        counts = answered
                ? counts.completed(tokens(usage, INPUT_TOKENS), tokens(usage, OUTPUT_TOKENS))
                : counts.oneFailed();
    }

    private static long tokens(JsonNode usage, List<String> names) {
        return names.stream().mapToLong(name -> usage.path(name).asLong()).sum();
    }

    boolean isDone(int line) {
        return done.get(line);
    }

    /** The first line from here on that is not done. */
    int nextOpen(int line) {
        return done.nextClearBit(line);
    }

    BatchCounts counts() {
        return counts;
    }

    /** Writes down an answer. */
    void answered(int line, byte[] json, byte[] body) throws IOException {
        output.append(json);
        count(line, true, Json.MAPPER.readTree(body).path("usage"));
    }

    /** Writes down an error. */
    void failed(int line, byte[] json) throws IOException {
        errors.append(json);
        count(line, false, MissingNode.getInstance());
    }

    /** Writes down that time was over before the line had an answer. */
    void expired(int line, byte[] json) throws IOException {
        failed(line, json);
        expired = true;
    }

    /** Whether time was over for a line. */
    boolean isExpired() {
        return expired;
    }

    void force() throws IOException {
        output.force();
        errors.force();
    }

    @Override
    public void close() throws IOException {
        output.close();
        errors.close();
    }
}
