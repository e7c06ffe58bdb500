package io.npuq.scheduler.journal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.Evidence;
import io.npuq.schema.JobError;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an entry records. None of them holds a text of a prompt or an answer. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Change.SegmentOpened.class, name = "segment"),
    @JsonSubTypes.Type(value = Change.Submitted.class, name = "submit"),
    @JsonSubTypes.Type(value = Change.Started.class, name = "start"),
    @JsonSubTypes.Type(value = Change.CancelAsked.class, name = "cancel_asked"),
    @JsonSubTypes.Type(value = Change.Recovered.class, name = "recover"),
    @JsonSubTypes.Type(value = Change.Ended.class, name = "end"),
    @JsonSubTypes.Type(value = Change.AnswerErased.class, name = "answer_erased")
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
     * @param due its place in the order, in microseconds since 1970
     * @param deadlineAt when it expires
     * @param input its text
     */
    record Submitted(
            JobKind kind,
            int priority,
            DevicePolicy device,
            int maxNewTokens,
            int inputChars,
            long due,
            @Nullable Instant deadlineAt,
            BodyRef input)
            implements Change {}

    /**
     * An attempt began.
     *
     * @param attempt from 1
     * @param lane where
     */
    record Started(int attempt, Lane lane) implements Change {}

    /** Someone wants a running job to stop. */
    record CancelAsked() implements Change {}

    /**
     * An attempt was given up; the job waits again.
     *
     * @param attempt which
     * @param reason what happened to it
     */
    record Recovered(int attempt, String reason) implements Change {}

    /**
     * A job reached its final state.
     *
     * @param state which
     * @param attempt the attempt that ended it; 0 when none had begun
     * @param error why it did not succeed
     * @param evidence what ran where
     * @param output its answer and labels; null when there is neither
     */
    record Ended(
            JobState state,
            int attempt,
            @Nullable JobError error,
            @Nullable Evidence evidence,
            @Nullable BodyRef output)
            implements Change {}

    /**
     * The time of an ended job's answer is over. The text goes only once this is on disk: a text of the last batch must stay whole, for
     * by its texts a start knows whether that batch was finished.
     */
    record AnswerErased() implements Change {}
}
