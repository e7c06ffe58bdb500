package io.npuq.scheduler.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.npuq.scheduler.Claim;
import io.npuq.scheduler.Finish;
import io.npuq.scheduler.JobEvent;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.Watch;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobResult;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.RouteReason;
import io.npuq.schema.Timing;
import io.npuq.schema.Usage;
import io.npuq.schema.Verdict;
import io.npuq.schema.config.StoreConfig;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who watches at one host what another one runs sees its text as it is made, each character once. */
class RelayTest {
    private static final long PATIENCE_SECONDS = 60;

    /** More than one piece has, with characters that are two. */
    private static final String LONG_TEXT = "🙂 ab\u0000\"\n".repeat(1_000);

    @TempDir
    private Path directory;

    private final StoreConfig store = PostgresServer.schema();
    private final Seen seen = new Seen();
    private JobQueue watching;
    private JobQueue running;

    @BeforeEach
    void open() {
        watching = open("watching");
        running = open("running");
    }

    @AfterEach
    void close() {
        watching.close();
        running.close();
    }

    private JobQueue open(String name) {
        return PostgresServer.open(store, directory.resolve(name), name);
    }

    @Test
    void textComesWhileItIsMade() {
        submitWatched();
        Claim claim = take(running);
        running.progress(claim, "one ");
        seen.awaitText("one ");
        running.progress(claim, "two ");
        seen.awaitText("one two ");
        finish(claim, "one two ");
        assertEquals("one two ", seen.awaitEnd());
    }

    @Test
    void longTextComesWholeInPieces() {
        submitWatched();
        Claim claim = take(running);
        running.progress(claim, LONG_TEXT);
        seen.awaitText(LONG_TEXT);
        finish(claim, LONG_TEXT);
        assertEquals(LONG_TEXT, seen.awaitEnd());
    }

    @Test
    void whoComesLaterGetsTheTextFromItsBeginning() {
        JobId id = submit();
        Claim claim = take(running);
        running.progress(claim, "one ");
        try (Watch first = watching.watch(id, seen)) {
            seen.awaitText("one ");
            Seen later = new Seen();
            try (Watch second = watching.watch(id, later)) {
                later.awaitText("one ");
                running.progress(claim, "two ");
                later.awaitText("one two ");
            }
        }
    }

    @Test
    void whatDidNotComeInTimeComesBeforeTheEnd() {
        submitWatched();
        Claim claim = take(running);
        running.progress(claim, "one ");
        seen.awaitText("one ");
        running.progress(claim, "two ");
        finish(claim, "one two three");
        assertEquals("one two three", seen.awaitEnd());
    }

    @Test
    void piecesThatAreLostComeAgain() {
        submitWatched();
        Claim claim = take(running);
        running.progress(claim, "one ");
        seen.awaitText("one ");
        PostgresServer.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'npuq watching'");
        running.progress(claim, "two ");
        seen.awaitText("one two ");
        running.progress(claim, "three ");
        seen.awaitText("one two three ");
    }

    @Test
    void textOfAnAttemptThatWasLostIsNotMixedWithTheNextOnes() {
        submitWatched();
        Claim lost = take(running);
        running.progress(lost, "one ");
        seen.awaitText("one ");
        assertEquals(Finish.RECORDED, await(running.giveBack(lost, "it was stopped")));
        Claim again = take(running);
        running.progress(again, "uno ");
        seen.awaitText("uno ");
        running.progress(again, "dos ");
        finish(again, "uno dos ");
        assertEquals("uno dos ", seen.awaitEnd());
    }

    private void submitWatched() {
        assertInstanceOf(Submission.Accepted.class, await(watching.submit(request(), Sender.UNKNOWN, seen)));
    }

    private JobId submit() {
        return assertInstanceOf(Submission.Accepted.class, await(watching.submit(request())))
                .job()
                .id();
    }

    private static JobRequest request() {
        return JobRequest.bounded(JobKind.TITLE, "a text");
    }

    private static Claim take(JobQueue queue) {
        return await(queue.take(Lane.CPU)).orElseThrow();
    }

    private void finish(Claim claim, String text) {
        JobResult result = new JobResult(text, null, FinishReason.STOP, new Usage(3, 2), false);
        Evidence evidence = new Evidence(
                "scripted",
                null,
                null,
                null,
                "CPU",
                "CPU",
                RouteReason.NPU_UNAVAILABLE,
                3,
                3,
                32,
                2,
                new Timing(null, null, null, null, null, null),
                null,
                null,
                null,
                null,
                claim.attempt(),
                Verdict.FALLBACK);
        assertEquals(Finish.RECORDED, await(running.finish(claim, new Outcome.Succeeded(result, evidence))));
    }

    private static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the queue did not answer", e);
        }
    }

    /** What a watcher saw: the text of the attempt that runs, put together from its pieces. */
    private static final class Seen implements Consumer<JobEvent> {
        private final BlockingQueue<JobEvent> events = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private int attempt;

        @Override
        public void accept(JobEvent event) {
            events.add(event);
        }

        /** Waits until the attempt's text is this. */
        void awaitText(String wanted) {
            while (!text.toString().equals(wanted)) {
                assertEquals(JobState.RUNNING, next(), () -> "it ended at " + text);
            }
        }

        /** Waits for the end; answers the text until then. */
        String awaitEnd() {
            while (!next().isFinal()) {
                // There is more to come.
            }
            return text.toString();
        }

        /** The state that the next event leaves the job in. */
        private JobState next() {
            try {
                JobEvent event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (event instanceof JobEvent.Progress progress) {
                    if (progress.attempt() != attempt) {
                        attempt = progress.attempt();
                        text.setLength(0);
                    }
                    text.append(progress.text());
                    return JobState.RUNNING;
                }
                JobState state = assertInstanceOf(JobEvent.StateChanged.class, event)
                        .job()
                        .state();
                return state.isFinal() ? state : JobState.RUNNING;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
