package io.npuq.scheduler.embedded;

import io.npuq.scheduler.journal.Body;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Sampling;
import java.util.Map;

/**
 * What of a request is text, or may hold text: it goes to the body file and is erased with it.
 *
 * @param input what the job is about
 * @param sampling how tokens are chosen; its stop strings are text
 * @param metadata the client's labels
 */
record StoredInput(JobInput input, Sampling sampling, Map<String, String> metadata) {
    static StoredInput from(JobRequest request) {
        return new StoredInput(request.input(), request.sampling(), request.metadata());
    }

    Body body() {
        return Body.of(StoredText.write(this));
    }
}
