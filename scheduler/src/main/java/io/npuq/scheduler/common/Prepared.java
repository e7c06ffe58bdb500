package io.npuq.scheduler.common;

import io.npuq.scheduler.Sender;
import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.Change;
import io.npuq.schema.JobRequest;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A request, made ready outside the writer's thread.
 *
 * @param request what is asked, as its sender may have it
 * @param text the same as it is stored
 * @param body the same in its frame
 * @param sender who asks
 * @param idempotency the client's key
 * @param promptTokens tokens of the prompt, where they were counted
 */
public record Prepared(
        JobRequest request,
        StoredInput text,
        Body body,
        Sender sender,
        Optional<Change.Idempotency> idempotency,
        OptionalInt promptTokens) {
    /** Makes it ready; its prompt is not counted yet. */
    public static Prepared of(JobRequest asked, Sender sender) {
        JobRequest request = sender.allowed(asked);
        StoredInput text = StoredInput.from(request);
        return new Prepared(request, text, text.body(), sender, Idempotency.of(sender, asked), OptionalInt.empty());
    }

    /** The same with so many tokens. */
    public Prepared counted(OptionalInt tokens) {
        return tokens.isEmpty() ? this : new Prepared(request, text, body, sender, idempotency, tokens);
    }
}
