package io.npuq.api.batch;

import io.npuq.api.http.Problem;
import io.npuq.api.http.ProblemException;
import io.npuq.scheduler.Sender;
import io.npuq.schema.config.ApiKey;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How batches come to be. On the batches' thread. */
final class Intake {
    private static final long RETRY_AFTER_SECONDS = 60;

    private final BatchFiles files;
    private final Clock clock;
    private final Function<String, Optional<StoredFile>> inputs;

    /**
     * Into these files.
     *
     * @param inputs a file by its id, while it may be used
     */
    Intake(BatchFiles files, Clock clock, Function<String, Optional<StoredFile>> inputs) {
        this.files = files;
        this.clock = clock;
        this.inputs = inputs;
    }

    /**
     * What became of a request.
     *
     * @param batch the batch, on disk
     * @param isNew whether it was not there before
     */
    record Made(Batch batch, boolean isNew) {}

    /**
     * Makes a batch; or finds the one that the same client made before with the same idempotency key.
     *
     * @throws ProblemException saying why it cannot be
     */
    Made make(BatchRequest request, Sender sender) throws IOException {
        String keyHash = sender.idempotencyKey()
                .map(key -> ApiKey.hash(sender.client() + "\n" + key))
                .orElse(null);
        Optional<Batch> before = made(keyHash);
        if (before.isPresent()) {
            checkSame(before.get(), request);
            return new Made(before.get(), false);
        }
        checkInput(request);
        checkRoom();
        Batch batch = batch(request, sender, keyHash, clock.instant());
        files.batches().save(batch);
        return new Made(batch, true);
    }

    private Batch batch(BatchRequest request, Sender sender, @Nullable String keyHash, Instant now) {
        return new Batch(
                files.ids().next(Ids.BATCH),
                sender.client(),
                keyHash,
                request,
                now.plus(request.window()),
                BatchStatus.VALIDATING,
                Map.of(BatchStatus.VALIDATING, now),
                null,
                BatchCounts.NONE,
                List.of(),
                files.files().newId(),
                files.files().newId());
    }

    private Optional<Batch> made(@Nullable String keyHash) {
        return keyHash == null
                ? Optional.empty()
                : files.batches().all().stream()
                        .filter(batch -> keyHash.equals(batch.keyHash()))
                        .findFirst();
    }

    private static void checkSame(Batch before, BatchRequest request) {
        if (!before.request().equals(request)) {
            throw new ProblemException(Problem.of(
                            409,
                            "idempotency_key_reused",
                            "this Idempotency-Key came with another request before, which made " + before.id()
                                    + "; use a new key for a new request",
                            "Idempotency-Key")
                    .withoutRetry());
        }
    }

    private void checkInput(BatchRequest request) {
        StoredFile input = inputs.apply(request.inputFileId())
                .orElseThrow(() -> new ProblemException(Problem.of(
                        404,
                        "file_not_found",
                        "there is no file of this id; POST /v1/files sends one",
                        "input_file_id")));
        if (!input.purpose().equals(StoredFile.INPUT)) {
            throw new ProblemException(
                    Problem.of(400, "invalid_value", "the input file must have the purpose batch", "input_file_id"));
        }
    }

    private void checkRoom() throws IOException {
        long open = files.batches().all().stream()
                .filter(batch -> !batch.status().isFinal())
                .count();
        if (open >= BatchLimits.OPEN_MAX || files.batches().size() >= BatchLimits.BATCHES_MAX) {
            throw new ProblemException(Problem.of(
                            429,
                            "too_many_batches",
                            "this server runs " + BatchLimits.OPEN_MAX + " batches at once and keeps "
                                    + BatchLimits.BATCHES_MAX + "; try again when one has ended")
                    .retryAfter(RETRY_AFTER_SECONDS));
        }
        files.files().reserve(0);
    }
}
