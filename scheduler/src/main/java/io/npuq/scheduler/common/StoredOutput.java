package io.npuq.scheduler.common;

import io.npuq.scheduler.journal.Body;
import io.npuq.schema.JobResult;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of an ended job is text, or may hold text.
 *
 * @param result its answer; null when it has none
 * @param metadata the client's labels
 */
public record StoredOutput(@Nullable JobResult result, Map<String, String> metadata) {
    public static final StoredOutput NONE = new StoredOutput(null, Map.of());

    /** Nothing is stored for a job with neither answer nor labels. */
    public static Optional<Body> body(Optional<JobResult> result, Map<String, String> metadata) {
        return result.isEmpty() && metadata.isEmpty()
                ? Optional.empty()
                : Optional.of(Body.of(StoredText.write(new StoredOutput(result.orElse(null), metadata))));
    }
}
