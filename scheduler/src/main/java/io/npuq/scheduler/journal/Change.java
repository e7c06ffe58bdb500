package io.npuq.scheduler.journal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.npuq.scheduler.QueueScope;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobError;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.RouteReason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an entry records. None of them holds a text of a prompt or an answer. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Change.SegmentOpened.class, name = "segment"),
    @JsonSubTypes.Type(value = Change.Submitted.class, name = "submit"),
    @JsonSubTypes.Type(value = Change.Held.class, name = "hold"),
    @JsonSubTypes.Type(value = Change.Started.class, name = "start"),
    @JsonSubTypes.Type(value = Change.CancelAsked.class, name = "cancel_asked"),
    @JsonSubTypes.Type(value = Change.Recovered.class, name = "recover"),
    @JsonSubTypes.Type(value = Change.Ended.class, name = "end"),
    @JsonSubTypes.Type(value = Change.Paused.class, name = "pause"),
    @JsonSubTypes.Type(value = Change.Resumed.class, name = "resume"),
    @JsonSubTypes.Type(value = Change.TextsErased.class, name = "texts_erased"),
    @JsonSubTypes.Type(value = Change.LogMoved.class, name = "log_moved"),
    @JsonSubTypes.Type(value = Change.Moved.class, name = "moved")
})
public sealed interface Change {
    /**
     * The first entry of every segment.
     *
     * @param segment its number
     * @param format of the journal; another one is not read
     */
    record SegmentOpened(int segment, int format) implements Change {}

    /**
     * A job was accepted.
     *
     * @param kind what is asked
     * @param priority 0 most urgent
     * @param device where it may run
     * @param maxNewTokens the bound on the answer
     * @param inputChars code points of the input
     * @param promptTokens tokens of the prompt, where they were counted
     * @param tooLong true when the main lane does not take a prompt of that length
     * @param due its place in the order, in microseconds since 1970
     * @param deadlineAt when it expires
     * @param notBefore when it may start, where that is not at once
     * @param client who sent it; null when nobody said
     * @param idempotency the key that it came with
     * @param retryOf the failed job that it does again
     * @param trace the span below which its own belong, as a W3C {@code traceparent}
     * @param input its text
     */
    record Submitted(
            JobKind kind,
            int priority,
            DevicePolicy device,
            int maxNewTokens,
            int inputChars,
            @Nullable Integer promptTokens,
            @Nullable Boolean tooLong,
            long due,
            @Nullable Instant deadlineAt,
            @Nullable Instant notBefore,
            @Nullable String client,
            @Nullable Idempotency idempotency,
            @Nullable JobId retryOf,
            @Nullable String trace,
            BodyRef input)
            implements Change {}

    /**
     * A client's word that equal requests are one. Neither the key nor the request can be read from it.
     *
     * @param key SHA-256 of the key; hexadecimal
     * @param request HMAC-SHA-256 of the request under the key; hexadecimal
     */
    record Idempotency(String key, String request) {}

    /**
     * From here on the lane may begin that attempt whenever it likes; until it does, the job waits as before. A later start, end or hold
     * undoes it, and so does the end of the process.
     *
     * @param attempt from 1
     * @param lane where
     * @param route why there
     */
    record Held(int attempt, Lane lane, RouteReason route) implements Change {}

    /**
     * An attempt began.
     *
     * @param attempt from 1
     * @param lane where
     * @param route why there; null in journals of before there were several lanes
     */
    record Started(int attempt, Lane lane, @Nullable RouteReason route) implements Change {}

    /** Someone wants a running job to stop. */
    record CancelAsked() implements Change {}

    /**
     * An attempt was given up; the job waits again.
     *
     * @param attempt which
     * @param reason what happened to it
     * @param engineLost true when its engine went down while it ran the job
     * @param notBefore when the next attempt may begin, where that is not at once
     * @param promptTokens tokens of the prompt, where the lane gave the job back because it does not take so many; the first such
     *     attempt does not count
     * @param unrun true when it never reached an engine; then it does not count
     */
    record Recovered(
            int attempt,
            String reason,
            @Nullable Boolean engineLost,
            @Nullable Instant notBefore,
            @Nullable Integer promptTokens,
            @Nullable Boolean unrun)
            implements Change {}

    /**
     * A job reached its final state.
     *
     * @param state which
     * @param attempt the attempt that ended it; 0 when none had begun
     * @param error why it did not succeed
     * @param evidence what ran where
     * @param keepsInput true when the input stays as long as the answer; otherwise it is erased at once
     * @param output its answer and labels; null when there is neither
     */
    record Ended(
            JobState state,
            int attempt,
            @Nullable JobError error,
            @Nullable Evidence evidence,
            @Nullable Boolean keepsInput,
            @Nullable BodyRef output)
            implements Change {}

    /**
     * From here on nothing starts.
     *
     * @param scope whom that was said to, where hosts share the queue; null where there is one
     */
    record Paused(@Nullable QueueScope scope) implements Change {}

    /**
     * From here on jobs start again.
     *
     * @param scope whom that was said to, where hosts share the queue; null where there is one
     */
    record Resumed(@Nullable QueueScope scope) implements Change {}

    /**
     * The time of some texts is over. They go only once this is on disk: a text of the last batch must stay whole, for by its texts a
     * start knows whether that batch was finished.
     */
    record TextsErased() implements Change {}

    /**
     * A queue of one host is moved into this store: its log ends so, and its jobs follow. Only in the logs of a store that hosts share.
     *
     * @param log the name of its key; null where it has none
     * @param entries how many entries it has
     * @param head SHA-256 of the last of them, hexadecimal
     */
    record LogMoved(@Nullable String log, long entries, String head) implements Change {}

    /**
     * A job of such a queue is here from now on. What happened to it before stands in the log that it comes from. Only in the logs of a
     * store that hosts share.
     *
     * @param kind what is asked
     * @param state where it stands: it waits, or has ended
     * @param attempt how often it was started there
     * @param from number of its first entry there
     */
    record Moved(JobKind kind, JobState state, int attempt, long from) implements Change {}
}
