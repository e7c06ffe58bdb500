package io.npuq.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.npuq.schema.ChatMessage;
import io.npuq.schema.DeadlineMode;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.Embedding;
import io.npuq.schema.EmbeddingVector;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.Evidence;
import io.npuq.schema.FinishReason;
import io.npuq.schema.Job;
import io.npuq.schema.JobError;
import io.npuq.schema.JobId;
import io.npuq.schema.JobInput;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobResult;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.Limits;
import io.npuq.schema.Outcome;
import io.npuq.schema.ResponseFormat;
import io.npuq.schema.RouteReason;
import io.npuq.schema.Sampling;
import io.npuq.schema.Timing;
import io.npuq.schema.Usage;
import io.npuq.schema.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every queue must do, whatever keeps it. Each kind of store has a subclass. */
public abstract class JobQueueContract {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** More than a job waits after its engine was lost. */
    private static final Duration BACK_OFF = Duration.ofSeconds(5);

    /** The open queue under test; the same until {@link #reopen}. */
    protected abstract JobQueue queue();

    /** Closes the queue in order, and opens it again on the same data. */
    protected abstract JobQueue reopen();

    /** Moves the queue's time on. */
    protected abstract void pass(Duration time);

    /** How many jobs may wait. */
    protected abstract long queuedMax();

    @Test
    void acceptedJobCanBeReadBackAtOnce() {
        JobId id = accepted(title("one")).id();
        Job job = job(id);
        assertEquals(JobState.QUEUED, job.state());
        assertEquals(JobKind.TITLE, job.kind());
        assertEquals(Optional.of(0L), job.position());
        assertEquals(3, job.inputChars());
        assertEquals(0, job.attempt());
    }

    @Test
    void jobsAreTakenByPriorityThenArrival() {
        JobId third = accepted(title("third").withPriority(5)).id();
        pass(Duration.ofMillis(1));
        JobId fourth = accepted(title("fourth").withPriority(5)).id();
        pass(Duration.ofMillis(1));
        JobId first = accepted(title("first").withPriority(0)).id();
        JobId second = accepted(title("second").withPriority(2)).id();
        assertEquals(
                List.of(first, second, third, fourth), List.of(take().id(), take().id(), take().id(), take().id()));
    }

    @Test
    void lessUrgentJobIsNotOvertakenByWorkThatCameTooLate() {
        JobId patient = accepted(title("patient").withPriority(9)).id();
        pass(Duration.ofHours(1));
        accepted(title("urgent").withPriority(0));
        assertEquals(patient, take().id());
    }

    @Test
    void claimCarriesTheWholeRequest() {
        JobRequest request = new JobRequest(
                JobKind.SUMMARY,
                new JobInput.Text("Grüße, 世界 🌍"),
                77,
                3,
                Optional.of(Duration.ofMinutes(5)),
                DeadlineMode.BEST_EFFORT,
                Optional.empty(),
                DevicePolicy.ANY,
                new Sampling(0.5, 0.9, 40, 1.1, 0, 0, 7L, List.of("\n\n")),
                Map.of("source", "mail"),
                ResponseFormat.TEXT);
        accepted(request);
        assertEquals(request, take().request());
    }

    @Test
    void claimCarriesTheFormOfTheAnswer() {
        String schema = "{\"properties\":{\"größe\":{\"type\":\"integer\"},\"a\":{}},\"additionalProperties\":false}";
        for (ResponseFormat format : List.of(
                new ResponseFormat.JsonObject(), new ResponseFormat.JsonSchema("size", schema), ResponseFormat.TEXT)) {
            JobRequest request = new JobRequest(
                    JobKind.CHAT,
                    new JobInput.Chat(List.of(new ChatMessage("user", "How large?"))),
                    20,
                    3,
                    Optional.empty(),
                    DeadlineMode.STRICT,
                    Optional.empty(),
                    DevicePolicy.ANY,
                    Sampling.GREEDY,
                    Map.of(),
                    format);
            accepted(request);
            assertEquals(request, take().request());
        }
    }

    @Test
    void takeWaitsUntilThereIsAJob() {
        CompletionStage<Optional<Claim>> waiting = queue().take(Lane.CPU);
        assertFalse(waiting.toCompletableFuture().isDone());
        JobId id = accepted(title("late")).id();
        assertEquals(id, await(waiting).orElseThrow().id());
    }

    @Test
    void stoppedLaneGetsNothingMoreAndItsJobsStay() {
        CompletionStage<Optional<Claim>> waiting = queue().take(Lane.CPU);
        queue().stopTaking(Lane.CPU);
        assertEquals(Optional.empty(), await(waiting));
        JobId id = accepted(title("stays")).id();
        assertEquals(Optional.empty(), await(queue().take(Lane.CPU)));
        assertEquals(JobState.QUEUED, job(id).state());
    }

    @Test
    void finishedJobKeepsItsResultAndEvidence() {
        JobId id = accepted(title("one")).id();
        Claim claim = take();
        assertEquals(JobState.RUNNING, job(id).state());
        assertEquals(1, job(id).attempt());
        assertEquals(Finish.RECORDED, await(queue().finish(claim, succeeded("A title"))));
        Job job = job(id);
        assertEquals(JobState.SUCCEEDED, job.state());
        assertEquals("A title", job.result().orElseThrow().text());
        assertEquals(evidence(1), job.evidence().orElseThrow());
        assertTrue(job.finishedAt().isPresent());
        assertEquals(Optional.empty(), job.error());
    }

    @Test
    void secondFinishOfAnAttemptIsFenced() {
        accepted(title("one"));
        Claim claim = take();
        assertEquals(Finish.RECORDED, await(queue().finish(claim, succeeded("first"))));
        assertEquals(Finish.FENCED, await(queue().finish(claim, succeeded("second"))));
        assertEquals("first", job(claim.id()).result().orElseThrow().text());
    }

    @Test
    void lateAnswerOfAGivenUpAttemptIsFenced() {
        accepted(title("one"));
        Claim lost = take();
        assertEquals(Finish.RECORDED, await(queue().recover(lost, "the engine was killed")));
        pass(BACK_OFF);
        Claim again = take();
        assertEquals(2, again.attempt());
        assertEquals(Finish.FENCED, await(queue().finish(lost, succeeded("late"))));
        assertEquals(Finish.FENCED, await(queue().recover(lost, "twice")));
        assertEquals(Finish.RECORDED, await(queue().finish(again, succeeded("right"))));
        assertEquals("right", job(lost.id()).result().orElseThrow().text());
    }

    @Test
    void jobThatTakesItsEngineDownTwiceInARowIsSetAside() {
        JobId id = accepted(title("poison")).id();
        for (int i = 0; i < Limits.ENGINE_LOSSES_MAX; i++) {
            await(queue().recover(take(), "the engine was killed"));
            pass(BACK_OFF);
        }
        Job job = job(id);
        assertEquals(JobState.FAILED, job.state());
        assertEquals(ErrorCode.ATTEMPTS_EXHAUSTED, job.error().orElseThrow().code());
        assertEquals(Limits.ENGINE_LOSSES_MAX, job.attempt());
    }

    @Test
    void jobWhoseEngineWasLostLetsItsNeighboursGoFirst() {
        JobId lost = accepted(title("lost")).id();
        JobId neighbour = accepted(title("neighbour")).id();
        await(queue().recover(take(), "the engine was killed"));
        assertEquals(neighbour, take().id());
        CompletionStage<Optional<Claim>> waiting = queue().take(Lane.CPU);
        pass(BACK_OFF);
        accepted(title("wakes the writer"));
        assertEquals(lost, await(waiting).orElseThrow().id());
    }

    @Test
    void jobThatIsGivenBackTooOftenFails() {
        JobId id = accepted(title("unlucky")).id();
        for (int i = 0; i < Limits.ATTEMPTS_MAX; i++) {
            await(queue().giveBack(take(), "the server stopped"));
        }
        Job job = job(id);
        assertEquals(ErrorCode.ATTEMPTS_EXHAUSTED, job.error().orElseThrow().code());
        assertEquals(Limits.ATTEMPTS_MAX, job.attempt());
    }

    @Test
    void attemptThatReachedNoEngineDoesNotCountHoweverOften() {
        JobId id = accepted(title("unlucky")).id();
        for (int i = 0; i < 2 * Limits.ATTEMPTS_MAX; i++) {
            assertEquals(Finish.RECORDED, await(queue().giveBackUnrun(take(), "its lane has no engine")));
        }
        await(queue().giveBack(take(), "the server stopped"));
        reopen();
        await(queue().giveBack(take(), "the server stopped"));
        assertEquals(JobState.QUEUED, job(id).state());
        await(queue().giveBack(take(), "the server stopped"));
        assertEquals(ErrorCode.ATTEMPTS_EXHAUSTED, job(id).error().orElseThrow().code());
    }

    @Test
    void deadlinePullsAJobForward() {
        accepted(title("first by arrival").withPriority(5));
        JobId urgent = accepted(title("in a hurry").withPriority(5).withDeadline(Duration.ofSeconds(10)))
                .id();
        assertEquals(urgent, take().id());
    }

    @Test
    void deadlineThatTheBacklogRulesOutIsRefusedWithTheEstimate() {
        accepted(title("timed"));
        Claim claim = take();
        pass(Duration.ofSeconds(10));
        await(queue().finish(claim, succeeded("after ten seconds")));
        for (int i = 0; i < 3; i++) {
            accepted(title("before it").withPriority(0));
        }
        JobRequest hurried = title("too late").withDeadline(Duration.ofSeconds(35));
        Submission.Refused refused = assertInstanceOf(Submission.Refused.class, await(queue().submit(hurried)));
        assertEquals(Refusal.DEADLINE_UNREACHABLE, refused.reason());
        assertEquals(Duration.ofSeconds(40), refused.retryAfter());
        accepted(hurried.withDeadline(Duration.ofSeconds(45)));
        accepted(hurried.withDeadline(Duration.ofSeconds(35), DeadlineMode.BEST_EFFORT));
        assertEquals(5, await(queue().status()).byState().get(JobState.QUEUED));
    }

    @Test
    void jobThatIsHeldBackRunsWhenItsTimeHasCome() {
        JobId later = accepted(title("later").withPriority(0).withRunAfter(Duration.ofMinutes(10)))
                .id();
        JobId now = accepted(title("now").withPriority(9)).id();
        assertEquals(Optional.empty(), job(later).position());
        assertEquals(now, take().id());
        reopen();
        take();
        CompletionStage<Optional<Claim>> waiting = queue().take(Lane.CPU);
        pass(Duration.ofMinutes(10));
        accepted(title("wakes the writer"));
        assertEquals(later, await(waiting).orElseThrow().id());
    }

    @Test
    void sameKeyAndRequestIsTheSameJobAlsoAfterReopening() {
        JobRequest request = title("once").withDeadline(Duration.ofHours(1));
        JobId id = assertInstanceOf(Submission.Accepted.class, await(queue().submit(request, sender("k1"))))
                .job()
                .id();
        assertEquals(new Submission.Known(id), await(queue().submit(request, sender("k1"))));
        assertEquals(new Submission.KeyReused(id), await(queue().submit(title("twice"), sender("k1"))));
        reopen();
        assertEquals(new Submission.Known(id), await(queue().submit(request, sender("k1"))));
        await(queue().finish(take(), succeeded("done")));
        assertEquals(new Submission.Known(id), await(queue().submit(request, sender("k1"))));
        assertInstanceOf(
                Submission.Accepted.class,
                await(queue().submit(request, new Sender("someone else", Optional.of("k1")))));
        assertEquals(1, await(queue().status()).byState().get(JobState.QUEUED));
    }

    @Test
    void equalRequestsInFlightAtOnceMakeOneJob() {
        List<CompletionStage<Submission>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(queue().submit(title("once"), sender("k2")));
        }
        List<Submission> all = answers.stream().map(JobQueueContract::await).toList();
        JobId id = assertInstanceOf(Submission.Accepted.class, all.get(0)).job().id();
        assertEquals(19, all.stream().filter(new Submission.Known(id)::equals).count());
    }

    @Test
    void keyIsForgottenWhenItsTimeIsOver() {
        await(queue().submit(title("once"), sender("k3")));
        pass(Duration.ofHours(25));
        accepted(title("wakes the writer"));
        assertInstanceOf(Submission.Accepted.class, await(queue().submit(title("other"), sender("k3"))));
    }

    @Test
    void pausedQueueTakesJobsAndStartsNoneAlsoAfterReopening() {
        await(queue().pause());
        JobId id = accepted(title("waits")).id();
        CompletionStage<Optional<Claim>> waiting = queue().take(Lane.CPU);
        assertTrue(await(queue().status()).paused());
        assertFalse(waiting.toCompletableFuture().isDone());
        JobQueue again = reopen();
        CompletionStage<Optional<Claim>> still = again.take(Lane.CPU);
        assertTrue(await(again.status()).paused());
        await(again.resume());
        assertEquals(id, await(still).orElseThrow().id());
        assertFalse(await(again.status()).paused());
    }

    @Test
    void deadlinePassesWhileTheQueueIsPaused() {
        await(queue().pause());
        JobId id =
                accepted(title("in time").withDeadline(Duration.ofSeconds(5))).id();
        pass(Duration.ofSeconds(6));
        accepted(title("wakes the writer"));
        assertEquals(JobState.EXPIRED, job(id).state());
    }

    @Test
    void drainingQueueRefusesAndRunsWhatItHasUntilItIsResumed() {
        JobId id = accepted(title("in time")).id();
        await(queue().drain());
        Submission.Refused refused =
                assertInstanceOf(Submission.Refused.class, await(queue().submit(title("too late"))));
        assertEquals(Refusal.DRAINING, refused.reason());
        assertTrue(await(queue().status()).draining());
        assertEquals(id, take().id());
        await(queue().resume());
        accepted(title("again"));
    }

    @Test
    void failedJobCanBeDoneAgainAsANewOne() {
        JobRequest request = title("flaky").withPriority(3);
        JobId failed = accepted(request).id();
        await(queue().finish(take(), failed()));
        reopen();
        Retry.Submitted retry = assertInstanceOf(Retry.Submitted.class, await(queue().retry(failed, Sender.UNKNOWN)));
        JobId again = assertInstanceOf(Submission.Accepted.class, retry.submission())
                .job()
                .id();
        Claim claim = take();
        assertEquals(again, claim.id());
        assertEquals(request, claim.request());
        assertEquals(JobState.FAILED, job(failed).state());
    }

    @Test
    void onlyAFailedJobCanBeDoneAgainAndOnlyWhileItsInputIsThere() {
        JobId id = accepted(title("fine")).id();
        await(queue().finish(take(), succeeded("done")));
        assertInstanceOf(Retry.NotFailed.class, await(queue().retry(id, Sender.UNKNOWN)));
        JobId failed = accepted(title("flaky")).id();
        await(queue().finish(take(), failed()));
        assertInstanceOf(Retry.Unknown.class, await(queue().retry(JobId.of(1L << 16, id.lowBits()), Sender.UNKNOWN)));
        pass(Duration.ofHours(25));
        accepted(title("wakes the writer"));
        assertInstanceOf(Retry.InputErased.class, await(queue().retry(failed, Sender.UNKNOWN)));
    }

    @Test
    void cancelledQueuedJobEndsAtOnceAndIsNeverHandedOut() {
        JobId cancelled = accepted(title("cancel me")).id();
        JobId next = accepted(title("run me")).id();
        Cancellation.Known known = assertInstanceOf(Cancellation.Known.class, await(queue().cancel(cancelled)));
        assertEquals(JobState.CANCELLED, known.job().state());
        assertEquals(next, take().id());
    }

    @Test
    void cancellingARunningJobSetsItsSignalAndItEndsWithWhatItHas() {
        JobId id = accepted(title("running")).id();
        Claim claim = take();
        await(queue().cancel(id));
        assertTrue(claim.cancel().isSet());
        assertEquals(JobState.RUNNING, job(id).state());
        JobResult partial = new JobResult("half", null, FinishReason.CANCELLED, new Usage(3, 1), true);
        await(queue().finish(claim, stopped(partial)));
        assertEquals(JobState.CANCELLED, job(id).state());
        assertEquals("half", job(id).result().orElseThrow().text());
    }

    @Test
    void cancelledJobDoesNotRunAgainAfterItsEngineWasLost() {
        JobId id = accepted(title("running")).id();
        Claim claim = take();
        await(queue().cancel(id));
        await(queue().recover(claim, "the engine was killed"));
        assertEquals(JobState.CANCELLED, job(id).state());
    }

    @Test
    void cancellingTwiceOrTooLateChangesNothing() {
        JobId id = accepted(title("one")).id();
        await(queue().finish(take(), succeeded("done")));
        Cancellation.Known known = assertInstanceOf(Cancellation.Known.class, await(queue().cancel(id)));
        assertEquals(JobState.SUCCEEDED, known.job().state());
        assertEquals(known, await(queue().cancel(id)));
    }

    @Test
    void erasedJobLosesItsResultAndItsLabelsAndStaysOnRecord() {
        JobId id = accepted(title("secret")).id();
        assertInstanceOf(Erasure.NotEnded.class, await(queue().erase(id)));
        await(queue().finish(take(), succeeded("the answer")));
        assertInstanceOf(Erasure.Erased.class, await(queue().erase(id)));
        assertEquals(JobState.SUCCEEDED, job(id).state());
        assertEquals(Optional.empty(), job(id).result());
        assertInstanceOf(Erasure.Erased.class, await(queue().erase(id)));
        JobId other = JobId.of(1L << 16, id.lowBits());
        assertInstanceOf(Erasure.Unknown.class, await(queue().erase(other)));
    }

    @Test
    void unknownIdsAreSaidToBeUnknown() {
        JobId id = accepted(title("one")).id();
        JobId other = JobId.of(1L << 16, id.lowBits());
        assertEquals(Optional.empty(), await(queue().get(other)));
        assertInstanceOf(Cancellation.Unknown.class, await(queue().cancel(other)));
    }

    @Test
    void deadlineExpiresAWaitingJobAndItIsNeverHandedOut() {
        BlockingQueue<JobEvent> events = new LinkedBlockingQueue<>();
        JobId id =
                accepted(title("in time").withDeadline(Duration.ofSeconds(5))).id();
        Watch watch = queue().watch(id, events::add);
        pass(Duration.ofSeconds(6));
        accepted(title("wakes the writer"));
        Job expired =
                assertInstanceOf(JobEvent.StateChanged.class, next(events)).job();
        assertEquals(JobState.EXPIRED, expired.state());
        assertEquals(ErrorCode.EXPIRED, expired.error().orElseThrow().code());
        watch.close();
        assertNotEquals(id, take().id());
    }

    @Test
    void jobThatComesBackPastItsDeadlineIsNotHandedToTheLaneThatWaits() {
        JobId id =
                accepted(title("in time").withDeadline(Duration.ofSeconds(5))).id();
        Claim claim = take();
        CompletionStage<Optional<Claim>> waiting = queue().take(Lane.CPU);
        pass(Duration.ofSeconds(6));
        await(queue().giveBack(claim, "the engine was lost"));
        JobId next = accepted(title("next")).id();
        assertEquals(next, await(waiting).orElseThrow().id());
        assertEquals(JobState.EXPIRED, job(id).state());
    }

    @Test
    void fullQueueRefusesAndLeavesNoTrace() {
        for (int i = 0; i < queuedMax(); i++) {
            accepted(title("fill"));
        }
        Submission.Refused refused =
                assertInstanceOf(Submission.Refused.class, await(queue().submit(title("too many"))));
        assertEquals(Refusal.QUEUE_FULL, refused.reason());
        assertTrue(refused.retryAfter().toMillis() > 0);
        assertEquals(queuedMax(), await(queue().status()).byState().get(JobState.QUEUED));
        take();
        accepted(title("room again"));
    }

    @Test
    void queueThatIsBeingStoppedRefusesWorkAndFinishesWhatItHas() {
        accepted(title("in time"));
        queue().stopAccepting();
        Submission.Refused refused =
                assertInstanceOf(Submission.Refused.class, await(queue().submit(title("too late"))));
        assertEquals(Refusal.DRAINING, refused.reason());
        assertEquals(Finish.RECORDED, await(queue().finish(take(), succeeded("done"))));
    }

    @Test
    void listingIsNewestFirstAndPaged() {
        List<JobId> ids = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            ids.add(0, accepted(title("job " + i)).id());
        }
        JobPage first = await(queue().list(query(Optional.empty(), 3, Optional.empty())));
        JobPage second = await(queue().list(query(Optional.empty(), 3, Optional.of(ids.get(2)))));
        JobPage third = await(queue().list(query(Optional.empty(), 3, Optional.of(ids.get(5)))));
        assertEquals(ids.subList(0, 3), first.jobs().stream().map(Job::id).toList());
        assertEquals(ids.subList(3, 6), second.jobs().stream().map(Job::id).toList());
        assertEquals(ids.subList(6, 7), third.jobs().stream().map(Job::id).toList());
        assertTrue(first.hasMore() && second.hasMore());
        assertFalse(third.hasMore());
    }

    @Test
    void listingCanBeNarrowedToAState() {
        accepted(title("ends"));
        JobId waits = accepted(title("waits")).id();
        await(queue().finish(take(), succeeded("done")));
        JobPage queued = await(queue().list(query(Optional.of(JobState.QUEUED), 10, Optional.empty())));
        assertEquals(List.of(waits), queued.jobs().stream().map(Job::id).toList());
    }

    @Test
    void listingCanBeSearchedByIdLabelAndErrorCode() {
        JobId labelled = accepted(title("a").withMetadata(Map.of("folder", "Reports 2026")))
                .id();
        JobId fails = accepted(title("b")).id();
        await(queue().finish(take(), succeeded("the folder is not looked into")));
        await(queue().finish(take(), failed()));
        assertEquals(List.of(labelled), found("reports"));
        assertEquals(List.of(labelled), found("FOLDER"));
        assertEquals(List.of(fails), found("generation_fail"));
        assertEquals(List.of(fails), found(fails.value().substring(6)));
        assertEquals(List.of(), found("nowhere"));
    }

    @Test
    void listingCanBeNarrowedToAPriorityAndALane() {
        JobId urgent = accepted(title("urgent").withPriority(1)).id();
        JobId later = accepted(title("later").withPriority(8)).id();
        Lane lane = take().lane();
        assertEquals(List.of(later), listed(filter(Optional.of(8), Optional.empty(), Optional.empty())));
        assertEquals(List.of(urgent), listed(filter(Optional.empty(), Optional.of(lane), Optional.empty())));
        assertEquals(List.of(), listed(filter(Optional.of(8), Optional.of(lane), Optional.empty())));
    }

    @Test
    void queuedJobsAreKnownByTheirDeadlines() {
        JobId late = accepted(title("late").withDeadline(Duration.ofHours(2))).id();
        JobId soon = accepted(title("soon").withDeadline(Duration.ofHours(1))).id();
        accepted(title("whenever"));
        assertEquals(List.of(soon, late), ids(await(queue().nearestDeadlines(5))));
        assertEquals(List.of(soon), ids(await(queue().nearestDeadlines(1))));
        await(queue().cancel(soon));
        assertEquals(List.of(late), ids(await(queue().nearestDeadlines(5))));
    }

    @Test
    void statusCountsWhatIsThere() {
        accepted(title("one").withPriority(2));
        accepted(title("two").withPriority(7));
        Claim claim = take();
        QueueStatus status = await(queue().status());
        assertEquals(1, status.byState().get(JobState.QUEUED));
        assertEquals(1, status.byState().get(JobState.RUNNING));
        assertEquals(Map.of(7, 1L), status.queuedByPriority());
        assertEquals(claim.id(), status.running().get(0).id());
        assertTrue(status.oldestQueuedAt().isPresent());
    }

    @Test
    void watcherThatJoinsLateGetsTheTextSoFarAtOnceAndEachPieceOnce() {
        JobId id = accepted(title("watched")).id();
        Claim claim = take();
        queue().progress(claim, "A ti");
        queue().progress(claim, "tle");
        List<JobEvent> events = new ArrayList<>();
        try (Watch watch = queue().watch(id, events::add)) {
            assertEquals(List.of(new JobEvent.Progress(1, "A title")), events);
            queue().progress(claim, "!");
            assertEquals(List.of(new JobEvent.Progress(1, "A title"), new JobEvent.Progress(1, "!")), events);
        }
    }

    @Test
    void textOfAnAttemptThatWasGivenUpIsForgotten() {
        JobId id = accepted(title("watched")).id();
        Claim first = take();
        queue().progress(first, "lost");
        await(queue().giveBack(first, "the engine was lost"));
        Claim second = take();
        queue().progress(first, "from the grave");
        List<JobEvent> events = new ArrayList<>();
        try (Watch watch = queue().watch(id, events::add)) {
            assertEquals(List.of(), events);
            queue().progress(second, "new");
            assertEquals(List.of(new JobEvent.Progress(2, "new")), events);
        }
    }

    @Test
    void watcherSeesStatesAndTextInOrder() {
        BlockingQueue<JobEvent> events = new LinkedBlockingQueue<>();
        JobId id = accepted(title("watched")).id();
        Watch watch = queue().watch(id, events::add);
        Claim claim = take();
        queue().progress(claim, "A ti");
        queue().progress(claim, "tle");
        await(queue().finish(claim, succeeded("A title")));
        assertEquals(
                JobState.RUNNING,
                assertInstanceOf(JobEvent.StateChanged.class, next(events))
                        .job()
                        .state());
        assertEquals(new JobEvent.Progress(1, "A ti"), next(events));
        assertEquals(new JobEvent.Progress(1, "tle"), next(events));
        Job ended = assertInstanceOf(JobEvent.StateChanged.class, next(events)).job();
        assertEquals("A title", ended.result().orElseThrow().text());
        watch.close();
    }

    @Test
    void watcherFromSubmissionSeesTheWholeLifeThoughALaneWaits() {
        CompletionStage<Optional<Claim>> waiting = queue().take(Lane.CPU);
        BlockingQueue<JobEvent> events = new LinkedBlockingQueue<>();
        Submission.Accepted accepted = assertInstanceOf(
                Submission.Accepted.class, await(queue().submit(title("watched"), Sender.UNKNOWN, events::add)));
        Claim claim = await(waiting).orElseThrow();
        queue().progress(claim, "A title");
        await(queue().finish(claim, succeeded("A title")));
        Job running =
                assertInstanceOf(JobEvent.StateChanged.class, next(events)).job();
        assertEquals(accepted.job().id(), running.id());
        assertEquals(JobState.RUNNING, running.state());
        assertEquals(new JobEvent.Progress(1, "A title"), next(events));
        Job ended = assertInstanceOf(JobEvent.StateChanged.class, next(events)).job();
        assertEquals("A title", ended.result().orElseThrow().text());
        accepted.watch().close();
    }

    @Test
    void watchFromSubmissionThatIsClosedHearsNothingMore() {
        BlockingQueue<JobEvent> events = new LinkedBlockingQueue<>();
        Submission.Accepted accepted = assertInstanceOf(
                Submission.Accepted.class, await(queue().submit(title("unwatched"), Sender.UNKNOWN, events::add)));
        accepted.watch().close();
        await(queue().finish(take(), succeeded("A title")));
        assertEquals(List.of(), List.copyOf(events));
    }

    @Test
    void everythingIsThereAfterReopening() {
        JobId done = accepted(title("done")).id();
        await(queue().finish(take(), succeeded("A title")));
        JobId cancelled = accepted(title("cancelled")).id();
        await(queue().cancel(cancelled));
        JobRequest waiting = title("waits").withPriority(4);
        JobId waits = accepted(waiting).id();
        Job before = job(done);
        reopen();
        assertEquals(before, job(done));
        assertEquals(JobState.CANCELLED, job(cancelled).state());
        Claim claim = take();
        assertEquals(waits, claim.id());
        assertEquals(waiting, claim.request());
    }

    @Test
    void runningJobRunsAgainAfterReopeningAndItsOldAnswerIsFenced() {
        JobId id = accepted(title("running")).id();
        Claim old = take();
        reopen();
        assertEquals(JobState.QUEUED, job(id).state());
        Claim again = take();
        assertEquals(2, again.attempt());
        assertEquals(Finish.FENCED, await(queue().finish(old, succeeded("old"))));
    }

    @Test
    void closedQueueSaysSo() {
        JobQueue queue = queue();
        queue.close();
        CompletionStage<Submission> refused = queue.submit(title("late"));
        Throwable cause =
                refused.toCompletableFuture().handle((done, failure) -> failure).join();
        assertInstanceOf(QueueClosedException.class, cause);
        assertEquals(Optional.empty(), await(queue.take(Lane.CPU)));
    }

    @Test
    void aJobThatComesWithItsAnswerEndsAsItComesAndNoLaneSeesIt() {
        Outcome.Succeeded outcome = answer(0.25f);
        Job job = accepted(await(queue().submitAnswered(vectorOf("known"), Sender.UNKNOWN, outcome)));
        assertEquals(JobState.SUCCEEDED, job.state());
        assertEquals(0, job.attempt());
        assertEquals(Optional.empty(), job.startedAt());
        assertEquals(Optional.of(outcome.answer()), job.result());
        assertEquals(Optional.of(outcome.proof()), job.evidence());
        assertEquals(job, job(job.id()));

        JobId next = accepted(title("next")).id();
        assertEquals(next, take().id());
        assertEquals(1L, await(queue().status()).byState().getOrDefault(JobState.SUCCEEDED, 0L));
        reopen();
        assertEquals(job, job(job.id()));
        assertEquals(next, take().id());
    }

    @Test
    void aJobThatComesWithItsAnswerIsRefusedAndRepeatedAsAnyOther() {
        Sender sender = sender("key");
        Job first = accepted(await(queue().submitAnswered(vectorOf("known"), sender, answer(0.25f))));
        assertEquals(
                new Submission.Known(first.id()),
                await(queue().submitAnswered(vectorOf("known"), sender, answer(0.5f))));
        assertEquals(
                new Submission.KeyReused(first.id()),
                await(queue().submitAnswered(vectorOf("another"), sender, answer(0.5f))));
        await(queue().drain());
        Submission.Refused refused = assertInstanceOf(
                Submission.Refused.class,
                await(queue().submitAnswered(vectorOf("known"), Sender.UNKNOWN, answer(0.25f))));
        assertEquals(Refusal.DRAINING, refused.reason());
        assertEquals(
                1,
                await(queue().list(query(Optional.empty(), 9, Optional.empty())))
                        .jobs()
                        .size());
    }

    private static JobRequest vectorOf(String text) {
        return JobRequest.embedding(List.of(text)).withDeadline(Duration.ofMillis(1));
    }

    private static Outcome.Succeeded answer(float value) {
        Embedding embedding = new Embedding(EmbeddingVector.of(new float[] {value, -value}), 3, false, true);
        JobResult result = new JobResult("", null, FinishReason.STOP, new Usage(3, 0), false, List.of(embedding));
        Evidence evidence = new Evidence(
                "scripted",
                "ab",
                null,
                null,
                "CPU",
                null,
                null,
                5,
                3,
                0,
                0,
                new Timing(null, null, null, null, null, null),
                null,
                null,
                null,
                null,
                0,
                Verdict.CACHED);
        return new Outcome.Succeeded(result, evidence);
    }

    private static Job accepted(Submission submission) {
        return assertInstanceOf(Submission.Accepted.class, submission).job();
    }

    /** A bounded job with that text. */
    protected static JobRequest title(String text) {
        return JobRequest.bounded(JobKind.TITLE, text);
    }

    /** The job, which must be taken. */
    protected Job accepted(JobRequest request) {
        return assertInstanceOf(Submission.Accepted.class, await(queue().submit(request)))
                .job();
    }

    /** The next claim, which must be there. */
    protected Claim take() {
        return await(queue().take(Lane.CPU)).orElseThrow();
    }

    /** The job of that name. */
    protected Job job(JobId id) {
        return await(queue().get(id)).orElseThrow();
    }

    /** A success with that text. */
    protected static Outcome succeeded(String text) {
        return new Outcome.Succeeded(new JobResult(text, null, FinishReason.STOP, new Usage(3, 2), false), evidence(1));
    }

    /** Waits for a stage, though not for ever. */
    protected static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the queue did not answer", e);
        }
    }

    private static JobEvent next(BlockingQueue<JobEvent> events) {
        try {
            JobEvent event = events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("no event came");
            }
            return event;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Outcome failed() {
        return new Outcome.Failed(
                new JobError(ErrorCode.GENERATION_FAILED, "the engine stumbled"), Optional.of(evidence(1)));
    }

    private static Sender sender(String key) {
        return new Sender("test", Optional.of(key));
    }

    private static Outcome stopped(JobResult partial) {
        return new Outcome.Stopped(
                new JobError(ErrorCode.CANCELLED, "cancelled"), Optional.of(partial), Optional.of(evidence(1)));
    }

    private List<JobId> found(String text) {
        return listed(filter(Optional.empty(), Optional.empty(), Optional.of(text)));
    }

    private List<JobId> listed(JobFilter filter) {
        return ids(
                await(queue().list(new JobQuery(filter, 10, Optional.empty()))).jobs());
    }

    private static JobFilter filter(Optional<Integer> priority, Optional<Lane> lane, Optional<String> text) {
        return new JobFilter(Optional.empty(), Optional.empty(), priority, lane, text);
    }

    private static List<JobId> ids(List<Job> jobs) {
        return jobs.stream().map(Job::id).toList();
    }

    private static JobQuery query(Optional<JobState> state, int limit, Optional<JobId> after) {
        return new JobQuery(state, Optional.empty(), limit, after);
    }

    private static Evidence evidence(int attempt) {
        return new Evidence(
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
                new Timing(0.25, 0.0, null, 1.5, 2.5, 3.0),
                null,
                null,
                null,
                null,
                attempt,
                Verdict.FALLBACK);
    }

    /** The start of a test's time. */
    protected static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
}
