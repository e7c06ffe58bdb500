package io.npuq.scheduler;

import io.npuq.schema.InvalidInputException;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Limits;
import io.npuq.schema.TraceContext;
import io.npuq.schema.config.ClientLimits;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whose request it is.
 *
 * @param client a name for the client, on which its own limits count: that of its key, or its address; empty when nobody knows
 * @param idempotencyKey the client's word that requests with the same key are one; 1 to
 *     {@link Limits#IDEMPOTENCY_KEY_CHARS_MAX} visible ASCII characters; a line of a bulk request adds its number
 * @param limits what the client may do
 * @param namesPriority whether the client itself named the job's priority: only then is one refused that it may not have
 * @param trace the span below which the job's own belong; empty where it is to begin a trace, and where nobody traces
 */
public record Sender(
        String client,
        Optional<String> idempotencyKey,
        ClientLimits limits,
        boolean namesPriority,
        Optional<TraceContext> trace) {
    /** Nobody in particular. */
    public static final Sender UNKNOWN = new Sender("", Optional.empty());

    private static final Pattern KEY =
            Pattern.compile("[!-~]{1," + Limits.IDEMPOTENCY_KEY_CHARS_MAX + "}(:[0-9]{1,7})?");

    /** Checks the key. */
    public Sender {
        idempotencyKey.ifPresent(key -> InvalidInputException.check(
                KEY.matcher(key).matches(),
                "Idempotency-Key",
                "Idempotency-Key must be 1 to " + Limits.IDEMPOTENCY_KEY_CHARS_MAX + " visible ASCII characters"));
    }

    /** A client without limits of its own. */
    public Sender(String client, Optional<String> idempotencyKey) {
        this(client, idempotencyKey, ClientLimits.NONE, true);
    }

    /** A client that is not traced. */
    public Sender(String client, Optional<String> idempotencyKey, ClientLimits limits, boolean namesPriority) {
        this(client, idempotencyKey, limits, namesPriority, Optional.empty());
    }

    /** The same client, whose jobs belong below that span. */
    public Sender traced(Optional<TraceContext> span) {
        return new Sender(client, idempotencyKey, limits, namesPriority, span);
    }

    /** The same client's request number so many under the same key. */
    public Sender ofLine(int number) {
        return idempotencyKey.isEmpty()
                ? this
                : new Sender(client, idempotencyKey.map(key -> key + ":" + number), limits, namesPriority, trace);
    }

    /** The same, where another request says whether it names a priority. */
    public Sender namingPriority(boolean names) {
        return names == namesPriority ? this : new Sender(client, idempotencyKey, limits, names, trace);
    }

    /** The request with the most urgent priority that the client may have, where it named none and the usual one is more urgent. */
    public JobRequest allowed(JobRequest request) {
        return namesPriority || request.priority() >= limits.priority()
                ? request
                : request.withPriority(limits.priority());
    }
}
