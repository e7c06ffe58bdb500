package io.npuq.api.batch;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A batch as it stands.
 *
 * @param id its name
 * @param client whose it is, as {@link io.npuq.scheduler.Sender} has it
 * @param keyHash hash of the idempotency key that it came with
 * @param request what was asked for
 * @param expiresAt when its time is over
 * @param status where it stands
 * @param since when it came to each status that it had
 * @param model what its first line asks for
 * @param counts how far it is; while its lines run, the one on disk is older
 * @param errors why it failed
 * @param outputFileId the file that its answers become
 * @param errorFileId the file that its errors become
 */
record Batch(
        String id,
        String client,
        @Nullable String keyHash,
        BatchRequest request,
        Instant expiresAt,
        BatchStatus status,
        Map<BatchStatus, Instant> since,
        @Nullable String model,
        BatchCounts counts,
        List<LineProblem> errors,
        String outputFileId,
        String errorFileId) {
    /** Copies that nobody changes. */
    Batch {
        EnumMap<BatchStatus, Instant> copy = new EnumMap<>(BatchStatus.class);
        copy.putAll(since);
        since = Collections.unmodifiableMap(copy);
        errors = List.copyOf(errors);
    }

    Instant createdAt() {
        return at(BatchStatus.VALIDATING).orElseThrow();
    }

    /** When it came to that status; empty when it did not. */
    Optional<Instant> at(BatchStatus passed) {
        return Optional.ofNullable(since.get(passed));
    }

    /** How it will end. */
    BatchStatus end() {
        if (since.containsKey(BatchStatus.CANCELLING)) {
            return BatchStatus.CANCELLED;
        }
        return since.containsKey(BatchStatus.EXPIRED) ? BatchStatus.EXPIRED : BatchStatus.COMPLETED;
    }

    Batch to(BatchStatus next, Instant now) {
        return with(next, noted(next, now), model, counts, errors);
    }

    /** Its lines are done or given up for lack of time, and its output becomes files. */
    Batch finalizing(boolean expired, Instant now) {
        Map<BatchStatus, Instant> times = noted(BatchStatus.FINALIZING, now);
        if (expired) {
            times.put(BatchStatus.EXPIRED, now);
        }
        return with(BatchStatus.FINALIZING, times, model, counts, errors);
    }

    Batch failed(List<LineProblem> problems, Instant now) {
        return with(BatchStatus.FAILED, noted(BatchStatus.FAILED, now), model, counts, problems);
    }

    Batch started(int lines, String firstModel, Instant now) {
        return with(BatchStatus.IN_PROGRESS, noted(BatchStatus.IN_PROGRESS, now), firstModel, counts.of(lines), errors);
    }

    Batch counted(BatchCounts newer) {
        return with(status, since, model, newer, errors);
    }

    private Map<BatchStatus, Instant> noted(BatchStatus next, Instant now) {
        EnumMap<BatchStatus, Instant> times = new EnumMap<>(BatchStatus.class);
        times.putAll(since);
        times.putIfAbsent(next, now);
        return times;
    }

    private Batch with(
            BatchStatus newStatus,
            Map<BatchStatus, Instant> times,
            @Nullable String newModel,
            BatchCounts newCounts,
            List<LineProblem> problems) {
        return new Batch(
                id,
                client,
                keyHash,
                request,
                expiresAt,
                newStatus,
                times,
                newModel,
                newCounts,
                problems,
                outputFileId,
                errorFileId);
    }
}
