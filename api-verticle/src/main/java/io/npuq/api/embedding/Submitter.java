package io.npuq.api.embedding;

import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.schema.InvalidInputException;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Outcome;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The way into the queue for the dialects that take embedding jobs: one whose vectors are known ends as it comes, so that {@link
 * Submission.Accepted#job} is in its final state; and one that nothing could run is refused.
 */
public final class Submitter {
    private final JobQueue queue;
    private final Embeddings embeddings;

    /** A way into that queue. */
    public Submitter(JobQueue queue, Embeddings embeddings) {
        this.queue = queue;
        this.embeddings = embeddings;
    }

    /**
     * As {@link JobQueue#submit(JobRequest, Sender)}.
     *
     * @throws InvalidInputException for an embedding job on a server that runs none
     */
    public CompletionStage<Submission> submit(JobRequest request, Sender sender) {
        return submit(request, sender, () -> queue.submit(request, sender));
    }

    /**
     * As {@link JobQueue#submit(JobRequest, Sender, Consumer)}; a job that has ended as it came tells the listener nothing.
     *
     * @throws InvalidInputException for an embedding job on a server that runs none
     */
    public CompletionStage<Submission> submit(JobRequest request, Sender sender, Consumer<JobEvent> listener) {
        return submit(request, sender, () -> queue.submit(request, sender, listener));
    }

    private CompletionStage<Submission> submit(
            JobRequest request, Sender sender, Supplier<CompletionStage<Submission>> inLine) {
        if (request.kind() != JobKind.EMBEDDING) {
            return inLine.get();
        }
        embeddings.check("kind");
        Optional<Outcome.Succeeded> known = embeddings.answer(request);
        return known.isPresent() ? queue.submitAnswered(request, sender, known.get()) : inLine.get();
    }
}
