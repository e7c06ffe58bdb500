package io.npuq.scheduler.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.schema.Job;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.config.ClientLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one client may do, which its sender says. */
final class ClientLimitsTest {
    /** Of a job as {@link Queues#succeed} ends it. */
    private static final long TOKENS_PER_JOB = 5;

    private static final Sender OTHER = new Sender("other", Optional.empty());

    @TempDir
    Path data;

    private final Queues queues = new Queues();
    private OpenQueue open;
    private JobQueue queue;

    @BeforeEach
    void open() {
        open = queues.open(data);
        queue = open.queue();
    }

    @AfterEach
    void close() {
        queue.close();
    }

    @Test
    void aClientIsHeldToItsOwnNumberOfJobsAndARepeatedRequestIsKnownAllTheSame() {
        ClientLimits one = limits(OptionalLong.empty(), OptionalLong.of(1), 0);
        Sender keyed = new Sender("alice", Optional.of("k"), one, false);
        Job first = accepted(keyed);

        Submission.Refused refused = refused(new Sender("alice", Optional.empty(), one, false));
        assertEquals(Refusal.CLIENT_FULL, refused.reason());
        assertTrue(refused.message().contains("has 1 jobs waiting"), refused.message());
        assertEquals(new Submission.Known(first.id()), submit(keyed, 5));
        accepted(OTHER);
    }

    @Test
    void aPriorityThatTheClientNamesIsRefusedAndTheUsualOneLowered() {
        ClientLimits low = limits(OptionalLong.empty(), OptionalLong.empty(), 7);
        Sender names = new Sender("alice", Optional.empty(), low, true);

        Submission.Refused refused = assertInstanceOf(Submission.Refused.class, submit(names, 6));
        assertEquals(Refusal.PRIORITY_NOT_ALLOWED, refused.reason());
        assertTrue(refused.message().contains("priority 6") && refused.message().contains("is 7"), refused.message());
        assertEquals(
                7,
                assertInstanceOf(Submission.Accepted.class, submit(names, 7))
                        .job()
                        .priority());
        assertEquals(7, accepted(names.namingPriority(false)).priority());
        assertEquals(
                8,
                assertInstanceOf(Submission.Accepted.class, submit(names.namingPriority(false), 8))
                        .job()
                        .priority());
    }

    @Test
    void tokensOfEndedJobsHoldTheNextOneBackForAMinute() {
        Sender alice = new Sender(
                "alice", Optional.empty(), limits(OptionalLong.of(2 * TOKENS_PER_JOB), OptionalLong.empty(), 0), false);
        accepted(alice);
        Queues.succeed(queue, Queues.take(queue), "one");
        queues.pass(Duration.ofSeconds(20));
        accepted(alice);
        Queues.succeed(queue, Queues.take(queue), "two");

        Submission.Refused refused = refused(alice);
        assertEquals(Refusal.TOKENS_SPENT, refused.reason());
        assertEquals(Duration.ofSeconds(40), refused.retryAfter());
        accepted(OTHER);
        queues.pass(Duration.ofSeconds(40));
        accepted(alice);
    }

    private static ClientLimits limits(OptionalLong tokens, OptionalLong jobs, int priority) {
        return new ClientLimits(OptionalLong.empty(), tokens, jobs, priority);
    }

    private Job accepted(Sender sender) {
        return assertInstanceOf(Submission.Accepted.class, submit(sender, 5)).job();
    }

    private Submission.Refused refused(Sender sender) {
        return assertInstanceOf(Submission.Refused.class, submit(sender, 5));
    }

    private Submission submit(Sender sender, int priority) {
        return Queues.await(
                queue.submit(JobRequest.bounded(JobKind.TITLE, "a text").withPriority(priority), sender));
    }
}
