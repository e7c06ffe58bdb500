package io.npuq.schema;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A job as it was asked for. Whoever holds one holds a valid one: nothing downstream checks again.
 *
 * @param kind what is asked
 * @param input a {@link JobInput.Text} for the bounded kinds, a {@link JobInput.Chat} or a {@link JobInput.Prompt} for chat, {@link JobInput.Texts} for embedding
 * @param maxNewTokens {@link JobKind#newTokensMin()} to {@link JobKind#newTokensMax()}
 * @param priority {@link Limits#PRIORITY_MIN} (most urgent) to {@link Limits#PRIORITY_MAX}
 * @param deadline from the moment of submission; at most {@link Limits#DEADLINE_MAX}
 * @param deadlineMode what happens when the backlog rules the deadline out
 * @param runAfter how long it must wait at least; shorter than the deadline
 * @param device where it may run; an embedding job never names the NPU
 * @param sampling how tokens are chosen
 * @param metadata the client's own labels, kept and erased with the result
 * @param responseFormat what form the answer has to have; {@link ResponseFormat#TEXT} for all kinds but chat
 */
public record JobRequest(
        JobKind kind,
        JobInput input,
        int maxNewTokens,
        int priority,
        Optional<Duration> deadline,
        DeadlineMode deadlineMode,
        Optional<Duration> runAfter,
        DevicePolicy device,
        Sampling sampling,
        Map<String, String> metadata,
        ResponseFormat responseFormat) {
    /** Checks every bound that concerns more than one field's own type. */
    public JobRequest {
        metadata = Map.copyOf(metadata);
        InvalidInputException.check(
                kind.takes(input),
                kind == JobKind.CHAT ? "messages" : "input",
                kind == JobKind.CHAT
                        ? "a chat job takes messages"
                        : "a job of kind " + kind.wire() + " takes input, "
                                + (kind == JobKind.EMBEDDING ? "a text or an array of texts" : "a text"));
        InvalidInputException.check(
                maxNewTokens >= kind.newTokensMin() && maxNewTokens <= kind.newTokensMax(),
                "max_new_tokens",
                kind == JobKind.EMBEDDING
                        ? "an embedding job makes no tokens; leave max_new_tokens out"
                        : "max_new_tokens must be from 1 to " + kind.newTokensMax() + " for " + kind.wire());
        InvalidInputException.check(
                kind != JobKind.EMBEDDING || device != DevicePolicy.NPU,
                "device",
                "embedding jobs never run on the NPU, which generates meanwhile; leave device out");
        InvalidInputException.check(
                priority >= Limits.PRIORITY_MIN && priority <= Limits.PRIORITY_MAX,
                "priority",
                "priority must be from " + Limits.PRIORITY_MIN + " (most urgent) to " + Limits.PRIORITY_MAX);
        deadline.ifPresent(d -> InvalidInputException.check(
                d.toMillis() >= 1 && d.compareTo(Limits.DEADLINE_MAX) <= 0,
                "deadline_ms",
                "deadline_ms must be from 1 to " + Limits.DEADLINE_MAX.toMillis()));
        runAfter.ifPresent(wait -> InvalidInputException.check(
                wait.toMillis() >= 1 && wait.compareTo(deadline.orElse(Limits.RUN_AFTER_MAX)) <= 0,
                "run_after_ms",
                "run_after_ms must be from 1 to " + Limits.RUN_AFTER_MAX.toMillis()
                        + ", and not be later than deadline_ms"));
        InvalidInputException.check(
                metadata.size() <= Limits.METADATA_ENTRIES_MAX
                        && metadata.entrySet().stream()
                                .allMatch(e -> e.getKey().length() <= Limits.METADATA_KEY_CHARS_MAX
                                        && e.getValue().length() <= Limits.METADATA_VALUE_CHARS_MAX),
                "metadata",
                "metadata takes at most " + Limits.METADATA_ENTRIES_MAX + " entries, keys of at most "
                        + Limits.METADATA_KEY_CHARS_MAX + " and values of at most " + Limits.METADATA_VALUE_CHARS_MAX
                        + " characters");
        boolean isText = responseFormat.equals(ResponseFormat.TEXT);
        InvalidInputException.check(
                isText || kind == JobKind.CHAT,
                "response_format",
                "response_format is for chat jobs only; the form of a " + kind.wire() + " is fixed");
        InvalidInputException.check(
                isText || sampling.stop().isEmpty(),
                "stop",
                "stop does not go with a response_format of JSON, which ends with its last brace");
    }

    /** A bounded job with every default. */
    public static JobRequest bounded(JobKind kind, String input) {
        return new Draft(kind, new JobInput.Text(input)).request();
    }

    /** A chat job with every default. */
    public static JobRequest chat(JobInput input) {
        return new Draft(JobKind.CHAT, input).request();
    }

    /** An embedding job with every default. */
    public static JobRequest embedding(List<String> texts) {
        return new Draft(JobKind.EMBEDDING, new JobInput.Texts(texts)).request();
    }

    /** The same job with another token bound. */
    public JobRequest withMaxNewTokens(int tokens) {
        return with(draft -> draft.maxNewTokens = tokens);
    }

    /** The same job with another priority. */
    public JobRequest withPriority(int other) {
        return with(draft -> draft.priority = other);
    }

    /** The same job with a deadline, from the moment of submission. */
    public JobRequest withDeadline(Duration fromSubmission) {
        return withDeadline(fromSubmission, deadlineMode);
    }

    /** The same job with a deadline, from the moment of submission, and what is to happen when it cannot be kept. */
    public JobRequest withDeadline(Duration fromSubmission, DeadlineMode mode) {
        return with(draft -> {
            draft.deadline = Optional.of(fromSubmission);
            draft.deadlineMode = mode;
        });
    }

    /** The same job, held back for so long from the moment of submission. */
    public JobRequest withRunAfter(Duration fromSubmission) {
        return with(draft -> draft.runAfter = Optional.of(fromSubmission));
    }

    /** The same job for another choice of device. */
    public JobRequest withDevice(DevicePolicy other) {
        return with(draft -> draft.device = other);
    }

    /** The same chat with an answer of this form. */
    public JobRequest withResponseFormat(ResponseFormat format) {
        return with(draft -> draft.responseFormat = format);
    }

    /** The same chat with tokens chosen another way. */
    public JobRequest withSampling(Sampling other) {
        return with(draft -> draft.sampling = other);
    }

    /** The same with other labels. */
    public JobRequest withMetadata(Map<String, String> labels) {
        return with(draft -> draft.metadata = labels);
    }

    private JobRequest with(Consumer<Draft> change) {
        Draft draft = new Draft(kind, input);
        draft.maxNewTokens = maxNewTokens;
        draft.priority = priority;
        draft.deadline = deadline;
        draft.deadlineMode = deadlineMode;
        draft.runAfter = runAfter;
        draft.device = device;
        draft.sampling = sampling;
        draft.metadata = metadata;
        draft.responseFormat = responseFormat;
        change.accept(draft);
        return draft.request();
    }

    /** A job that is not checked yet, with every default. */
    private static final class Draft {
        private final JobKind kind;
        private final JobInput input;
        private int maxNewTokens;
        private int priority = Limits.PRIORITY_DEFAULT;
        private Optional<Duration> deadline = Optional.empty();
        private DeadlineMode deadlineMode = DeadlineMode.STRICT;
        private Optional<Duration> runAfter = Optional.empty();
        private DevicePolicy device = DevicePolicy.PREFER_NPU;
        private Sampling sampling = Sampling.GREEDY;
        private Map<String, String> metadata = Map.of();
        private ResponseFormat responseFormat = ResponseFormat.TEXT;

        Draft(JobKind kind, JobInput input) {
            this.kind = kind;
            this.input = input;
            maxNewTokens = kind.newTokensDefault();
        }

        JobRequest request() {
            return new JobRequest(
                    kind,
                    input,
                    maxNewTokens,
                    priority,
                    deadline,
                    deadlineMode,
                    runAfter,
                    device,
                    sampling,
                    metadata,
                    responseFormat);
        }
    }
}
