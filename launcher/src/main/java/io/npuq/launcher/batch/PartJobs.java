package io.npuq.launcher.batch;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.launcher.client.ApiException;
import io.npuq.launcher.client.NpuqApi;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The jobs of parts, one each: a part is handed in under a key that its text and the options make, so that the server knows it again, whoever went
 * away meanwhile.
 */
final class PartJobs {
    /** So often a part whose jobs all failed gets a new one, over all runs of as long as the server keeps results. */
    private static final int ROUNDS_MAX = 50;

    private final NpuqApi api;
    private final Patience patience;
    private final Work work;
    private final String model;

    /**
     * Jobs on that server.
     *
     * @param model what it runs: another model's answers are other answers
     */
    PartJobs(NpuqApi api, Patience patience, Work work, String model) {
        this.api = api;
        this.patience = patience;
        this.work = work;
        this.model = model;
    }

    /**
     * Hands a part in.
     *
     * @return its job, on the server's disk; empty when the text has more tokens than the model takes
     */
    Optional<JsonNode> submit(JobKind kind, String text)
            throws DocumentException, BatchException, InterruptedException {
        JobRequest request = work.request(kind, text);
        try {
            JsonNode job = submit(request, text, 0);
            for (int round = 1; isSpent(job) && round < ROUNDS_MAX; round++) {
                job = submit(request, text, round);
            }
            return Optional.of(job);
        } catch (ApiException e) {
            if (e.code().equals(ErrorCode.PROMPT_TOO_LONG.wire())) {
                return Optional.empty();
            }
            throw refused(e);
        }
    }

    /** That job at its end. */
    JsonNode end(JsonNode job) throws DocumentException, BatchException, InterruptedException {
        if (NpuqApi.isOver(job)) {
            return job;
        }
        String id = job.path("id").asText();
        try {
            return patience.ask(() -> api.jobAtItsEnd(id));
        } catch (ApiException e) {
            throw refused(e);
        }
    }

    /** Whether it has an answer. */
    static boolean isAnswered(JsonNode job) {
        return job.path("state").asText().equals("succeeded")
                && job.path("result").path("text").isTextual();
    }

    /** Whether the model found its prompt too long. */
    static boolean isTooLong(JsonNode job) {
        return job.path("error").path("code").asText().equals(ErrorCode.PROMPT_TOO_LONG.wire());
    }

    private JsonNode submit(JobRequest request, String text, int round) throws ApiException, InterruptedException {
        return patience.ask(() -> api.submitOnce(request, text, key(request, text, round)));
    }

    /** Whether it ended before it was asked for, and there is no answer of it: it failed in an earlier run, or its answer's time is over. */
    private static boolean isSpent(JsonNode job) {
        return NpuqApi.isOver(job) && !isAnswered(job) && !isTooLong(job);
    }

    private String key(JobRequest request, String text, int round) {
        List<Object> all = List.of(
                model,
                request.kind().wire(),
                request.maxNewTokens(),
                request.priority(),
                request.device().wire(),
                request.deadline().map(Duration::toMillis).orElse(0L),
                round,
                text);
        return "batch-" + Digest.of(Json.MAPPER.valueToTree(all).toString()).hex();
    }

    private static DocumentException refused(ApiException e) throws BatchException {
        if (e.isForbidden()) {
            throw new BatchException(String.valueOf(e.getMessage()), e);
        }
        return new DocumentException(e.code().isEmpty() ? Failure.REFUSED : e.code(), String.valueOf(e.getMessage()));
    }
}
