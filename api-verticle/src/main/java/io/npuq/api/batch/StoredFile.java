package io.npuq.api.batch;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Instant;

/**
 * A file, without its bytes.
 *
 * @param id its name, made here
 * @param bytes its length
 * @param createdAt when it was whole
 * @param filename what the client calls it; never a path
 * @param purpose {@link #INPUT} or {@link #OUTPUT}
 * @param expiresAt when it is erased, unless a batch still uses it
 */
record StoredFile(String id, long bytes, Instant createdAt, String filename, String purpose, Instant expiresAt) {
    static final String INPUT = "batch";
    static final String OUTPUT = "batch_output";

    /** The same, gone at that time at the latest. */
    StoredFile goneBy(Instant latest) {
        return latest.isBefore(expiresAt) ? new StoredFile(id, bytes, createdAt, filename, purpose, latest) : this;
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeStringField("object", "file");
        json.writeNumberField("bytes", bytes);
        json.writeNumberField("created_at", createdAt.getEpochSecond());
        json.writeNumberField("expires_at", expiresAt.getEpochSecond());
        json.writeStringField("filename", filename);
        json.writeStringField("purpose", purpose);
        json.writeStringField("status", "processed");
        json.writeNullField("status_details");
        json.writeEndObject();
    }
}
