package io.npuq.api;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobQueue;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A lane that ends each job as its script says. */
final class ScriptedLane implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final JobQueue queue;

    ScriptedLane(JobQueue queue, Function<Claim, Outcome> script) {
        this.queue = queue;
        thread.execute(() -> run(script));
    }

    private void run(Function<Claim, Outcome> script) {
        for (Optional<Claim> claim = next(); claim.isPresent(); claim = next()) {
            queue.finish(claim.get(), script.apply(claim.get()))
                    .toCompletableFuture()
                    .join();
        }
    }

    private Optional<Claim> next() {
        return queue.take(Lane.NPU).toCompletableFuture().join();
    }

    @Override
    public void close() {
        queue.stopTaking(Lane.NPU);
        thread.shutdown();
    }
}
