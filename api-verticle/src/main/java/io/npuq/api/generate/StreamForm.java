package io.npuq.api.generate;

import io.npuq.api.http.Problem;
import io.npuq.schema.Job;
import io.vertx.core.buffer.Buffer;

/** How a dialect writes an answer piece by piece. An empty piece is not written. */
public interface StreamForm {
    /** Of the whole answer. */
    CharSequence contentType();

    /** Before all others. */
    Buffer begin(Job job);

    /** The job has not ended: whatever keeps the connection. */
    Buffer waiting(Job job);

    /** More of the answer. */
    Buffer text(String piece);

    /** After all others of a job that has an answer. */
    Buffer end(Job job);

    /** After all others of a job that has none. */
    Buffer problem(Problem problem);
}
