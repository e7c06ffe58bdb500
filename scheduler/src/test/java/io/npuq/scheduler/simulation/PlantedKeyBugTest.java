package io.npuq.scheduler.simulation;

import static org.junit.jupiter.api.Assertions.fail;

import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.reliability.ForwardingQueue;
import io.npuq.schema.JobRequest;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulation is worth its name: it finds what goes wrong with idempotency keys, planted in front of the queue. */
final class PlantedKeyBugTest {
    private static final int SEEDS_MAX = 20;
    private static final int STEPS = 2_000;

    @TempDir
    private Path directory;

    @Test
    void secondJobForAKeyIsFound() throws Exception {
        assertFound("keys are forgotten", WithoutKeys::new);
    }

    @Test
    void keyThatAnswersAnotherRequestIsFound() throws Exception {
        assertFound("keys answer other requests", WithLooseKeys::new);
    }

    private void assertFound(String bug, UnaryOperator<JobQueue> plant) throws Exception {
        for (long seed = 1; seed <= SEEDS_MAX; seed++) {
            try {
                new Simulation(seed, directory.resolve("seed-" + seed), plant).play(STEPS);
            } catch (AssertionError found) {
                System.out.printf("| planted bug (%s) | found at seed %d |%n", bug, seed);
                return;
            }
        }
        fail("the simulation did not find the planted bug in " + SEEDS_MAX + " seeds");
    }

    /** Makes a job for every request. */
    private static final class WithoutKeys extends ForwardingQueue {
        WithoutKeys(JobQueue queue) {
            super(queue);
        }

        @Override
        public CompletionStage<Submission> submit(JobRequest request, Sender sender) {
            return super.submit(request, new Sender(sender.client(), Optional.empty()));
        }
    }

    /** Takes every request with a known key for the one that came first. */
    private static final class WithLooseKeys extends ForwardingQueue {
        WithLooseKeys(JobQueue queue) {
            super(queue);
        }

        @Override
        public CompletionStage<Submission> submit(JobRequest request, Sender sender) {
            return super.submit(request, sender)
                    .thenApply(submission -> submission instanceof Submission.KeyReused reused
                            ? new Submission.Known(reused.id())
                            : submission);
        }
    }
}
