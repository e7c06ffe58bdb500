package io.npuq.scheduler.reliability;

import static org.junit.jupiter.api.Assertions.fail;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.Watch;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The harness is worth its name: it finds bugs that are planted under or in front of the queue. */
final class PlantedBugTest {
    private static final long SEEDS_MAX = 200;

    @Test
    void acknowledgingWithoutASyncIsFound() throws Exception {
        assertFound("lost", Disk.Honesty.SKIPS_SYNCS, queue -> queue);
    }

    @Test
    void acknowledgingBeforeTheSyncIsDoneIsFound() throws Exception {
        assertFound("lost", Disk.Honesty.SYNCS_LATE, queue -> queue);
    }

    @Test
    void forgettingToFenceLateAnswersIsFound() throws Exception {
        assertFound("was answered RECORDED instead of FENCED", Disk.Honesty.HONEST, WithoutFence::new);
    }

    @Test
    void givingAnIdTwiceIsFound() throws Exception {
        assertFound("was given to two jobs", Disk.Honesty.HONEST, WithIdsTwice::new);
    }

    private static void assertFound(String sign, Disk.Honesty honesty, UnaryOperator<JobQueue> plant) throws Exception {
        for (long seed = 1; seed <= SEEDS_MAX; seed++) {
            if (play(seed, honesty, plant).stream().anyMatch(failure -> failure.contains(sign))) {
                System.out.printf("| planted bug (%s) | found at seed %d |%n", sign, seed);
                return;
            }
        }
        fail("the harness did not find the planted bug in " + SEEDS_MAX + " seeds");
    }

    private static List<String> play(long seed, Disk.Honesty honesty, UnaryOperator<JobQueue> plant)
            throws IOException, InterruptedException {
        try (Scratch scratch = new Scratch()) {
            return new PowerLoss(seed, scratch, honesty, plant).play();
        } catch (QueueUnavailableException e) {
            // The queue itself may find at its start that what it acknowledged is lost.
            return List.of("lost: " + e.getMessage());
        }
    }

    /** Takes an answer of whichever attempt for one of the attempt that runs. */
    private static final class WithoutFence extends ForwardingQueue {
        private final Map<JobId, Claim> latest = new ConcurrentHashMap<>();

        WithoutFence(JobQueue queue) {
            super(queue);
        }

        @Override
        public CompletionStage<Optional<Claim>> take(Lane lane) {
            return super.take(lane).thenApply(taken -> {
                taken.ifPresent(claim -> latest.put(claim.id(), claim));
                return taken;
            });
        }

        @Override
        public CompletionStage<Finish> finish(Claim claim, Outcome outcome) {
            return super.finish(latest.getOrDefault(claim.id(), claim), outcome);
        }
    }

    /** Gives every fifth job the id of the one before. */
    private static final class WithIdsTwice extends ForwardingQueue {
        private int count;
        private Job before;

        WithIdsTwice(JobQueue queue) {
            super(queue);
        }

        @Override
        public CompletionStage<Submission> submit(JobRequest request, Sender sender) {
            return super.submit(request, sender).thenApply(submission -> {
                if (submission instanceof Submission.Accepted accepted) {
                    if (++count % 5 == 0) {
                        return new Submission.Accepted(before, Watch.NONE);
                    }
                    before = accepted.job();
                }
                return submission;
            });
        }
    }
}
