package io.npuq.api.batch;

import io.npuq.api.http.Fields;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.Limits;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A batch as it was asked for.
 *
 * @param endpoint what each of its lines asks
 * @param inputFileId the file with its lines
 * @param completionWindow its time, as the client wrote it
 * @param outputKeptS how long its output is kept, in seconds; null where the client does not say
 * @param metadata the client's labels
 */
record BatchRequest(
        String endpoint,
        String inputFileId,
        String completionWindow,
        @Nullable Long outputKeptS,
        Map<String, String> metadata) {
    /** A copy that nobody changes. */
    BatchRequest {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    static BatchRequest read(Fields body, LineCalls calls) {
        body.onlyKnown(List.of("input_file_id", "endpoint", "completion_window", "metadata", "output_expires_after"));
        String endpoint = body.requiredText("endpoint");
        InvalidInputException.check(
                calls.urls().contains(endpoint),
                "endpoint",
                "endpoint must be one of " + String.join(", ", calls.urls()));
        String window = body.requiredText("completion_window");
        Duration unused = Windows.parse(window);
        return new BatchRequest(
                endpoint,
                body.requiredText("input_file_id"),
                window,
                body.object("output_expires_after").map(BatchRequest::seconds).orElse(null),
                metadata(body));
    }

    Duration window() {
        return Windows.parse(completionWindow);
    }

    private static Long seconds(Fields expires) {
        expires.onlyKnown(List.of("anchor", "seconds"));
        return Windows.expiresAfter(
                        expires.requiredText("anchor"),
                        expires.integer("seconds").orElse(0),
                        "output_expires_after")
                .toSeconds();
    }

    private static Map<String, String> metadata(Fields body) {
        Map<String, String> metadata = body.textMap("metadata");
        InvalidInputException.check(
                metadata.size() <= Limits.METADATA_ENTRIES_MAX,
                "metadata",
                "metadata may have at most " + Limits.METADATA_ENTRIES_MAX + " entries");
        metadata.forEach((key, value) -> InvalidInputException.check(
                key.length() <= Limits.METADATA_KEY_CHARS_MAX && value.length() <= Limits.METADATA_VALUE_CHARS_MAX,
                "metadata",
                "metadata's keys may have " + Limits.METADATA_KEY_CHARS_MAX + " characters, its values "
                        + Limits.METADATA_VALUE_CHARS_MAX));
        return metadata;
    }
}
