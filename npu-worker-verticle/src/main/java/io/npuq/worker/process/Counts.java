package io.npuq.worker.process;

import io.npuq.worker.engine.Generation;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Prompts that the child is asked to count, beside its other calls. From any thread. */
final class Counts {
    /** Questions under way; what comes beyond goes uncounted, so that many submissions do not wait for each other. */
    private static final int AT_ONCE_MAX = 16;

    /** How long a child has to answer; one that hangs holds no submission up. */
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private static final CompletionStage<OptionalInt> UNCOUNTED = CompletableFuture.completedStage(OptionalInt.empty());

    private final Map<Long, CompletableFuture<OptionalInt>> asked = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();

    CompletionStage<OptionalInt> ask(EngineChild child, Generation generation) {
        if (asked.size() >= AT_ONCE_MAX) {
            return UNCOUNTED;
        }
        long number = numbers.incrementAndGet();
        CompletableFuture<OptionalInt> answer = new CompletableFuture<>();
        asked.put(number, answer);
        try {
            child.send(new Message.Count(number, generation));
        } catch (FrameException e) {
            answer.complete(OptionalInt.empty());
        }
        return answer.completeOnTimeout(OptionalInt.empty(), LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((tokens, failure) -> asked.remove(number));
    }

    /** The child said how many; a question that was given up meanwhile is forgotten. */
    void answered(Message.Counted counted) {
        CompletableFuture<OptionalInt> answer = asked.get(counted.number());
        if (answer != null) {
            Integer tokens = counted.promptTokens();
            answer.complete(tokens == null ? OptionalInt.empty() : OptionalInt.of(tokens));
        }
    }

    /** The child is no more. */
    void end() {
        asked.values().forEach(answer -> answer.complete(OptionalInt.empty()));
    }
}
