package io.npuq.launcher.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.npuq.schema.JobKind;

/**
 * What is on record of a part: which piece of what, and by which job.
 *
 * @param level 0 for pieces of the document, 1 for pieces of what its parts' answers are when joined, and so on
 * @param part the piece
 * @param kind of its job
 * @param job the job at its end
 */
record PartRecord(int level, Part part, JobKind kind, JsonNode job) {
    void write(ObjectNode to) {
        to.put("level", level)
                .put("at", part.at())
                .put("chars", part.chars())
                .put("kind", kind.wire())
                .put("job", job.path("id").asText())
                .put("state", job.path("state").asText());
        to.set("device", job.path("evidence").path("device_actual").deepCopy());
        to.set("verdict", job.path("evidence").path("verdict").deepCopy());
    }

    /** Whether it has no piece's text: only what is on record of it stays. */
    PartRecord withoutText() {
        return new PartRecord(level, new Part(part.at(), part.chars(), ""), kind, essence());
    }

    private ObjectNode essence() {
        ObjectNode kept = ((ObjectNode) job).deepCopy();
        kept.retain("id", "state", "evidence");
        return kept;
    }
}
