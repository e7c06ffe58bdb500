package io.npuq.scheduler.reliability;

import io.npuq.scheduler.JobQuery;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.embedded.OpenQueue;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Threads that ask the queue are interrupted at any moment: an interrupt inside a file would close it for all. */
final class InterruptTest {
    private static final int THREADS = 4;
    private static final int JOBS_A_THREAD = 100;

    private long interrupts;

    @Test
    void interruptedCallersCloseNothing() throws Exception {
        new Tally("interrupts", "interrupts at threads that submit, get and list", 1)
                .check(this::play, () -> interrupts + " interrupts");
    }

    private List<String> play(long seed) throws IOException, InterruptedException {
        try (Scratch scratch = new Scratch()) {
            Lives lives = Lives.honest(seed, scratch.path());
            Map<JobId, JobRequest> acknowledged = new ConcurrentHashMap<>();
            lives.live(queue -> {
                callWhileInterrupted(queue, acknowledged);
                acknowledged.forEach((id, request) -> {
                    lives.books().asked(request);
                    lives.books().acknowledged(request, id);
                });
                if (acknowledged.size() != THREADS * JOBS_A_THREAD) {
                    lives.books().fail("only " + acknowledged.size() + " jobs were taken");
                }
            });
            lives.processDied();
            return lives.liveToTheEnd();
        }
    }

    private void callWhileInterrupted(OpenQueue queue, Map<JobId, JobRequest> acknowledged) {
        List<Thread> threads = new ArrayList<>();
        for (int caller : IntStream.range(0, THREADS).toArray()) {
            threads.add(new Thread(() -> call(queue.queue(), caller, acknowledged)));
        }
        threads.forEach(Thread::start);
        while (threads.stream().anyMatch(Thread::isAlive)) {
            threads.forEach(Thread::interrupt);
            interrupts += THREADS;
            Thread.onSpinWait();
        }
    }

    private static void call(JobQueue queue, int caller, Map<JobId, JobRequest> acknowledged) {
        for (int i = 0; i < JOBS_A_THREAD; i++) {
            JobRequest request = JobRequest.bounded(JobKind.TITLE, "text of " + caller + ", number " + i);
            if (stubborn(queue.submit(request)) instanceof Submission.Accepted accepted) {
                acknowledged.put(accepted.job().id(), request);
                stubborn(queue.get(accepted.job().id()));
                stubborn(queue.list(new JobQuery(Optional.empty(), Optional.empty(), 5, Optional.empty())));
            }
        }
    }

    /** Waits on, however often it is interrupted. */
    private static <T> T stubborn(CompletionStage<T> stage) {
        while (true) {
            try {
                return stage.toCompletableFuture().get();
            } catch (InterruptedException e) {
                // That is what they are here for.
            } catch (ExecutionException e) {
                throw new IllegalStateException("a call failed under interrupts", e);
            }
        }
    }
}
