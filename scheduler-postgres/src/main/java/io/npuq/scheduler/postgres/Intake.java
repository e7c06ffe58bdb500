package io.npuq.scheduler.postgres;

import io.npuq.scheduler.Refusal;
import io.npuq.scheduler.Retry;
import io.npuq.scheduler.Sender;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.Watch;
import io.npuq.scheduler.common.Admission;
import io.npuq.scheduler.common.Lanes;
import io.npuq.scheduler.common.Line;
import io.npuq.scheduler.common.Order;
import io.npuq.scheduler.common.Pace;
import io.npuq.scheduler.common.Prepared;
import io.npuq.scheduler.common.Prospects;
import io.npuq.scheduler.common.StoredInput;
import io.npuq.scheduler.common.StoredText;
import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.Change;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Outcome;
import io.npuq.schema.TraceContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How jobs come in, many at a time: whatever their number, the same few statements. */
final class Intake {
    /** With more jobs than these before it, a job is not told its place when it comes; whoever wants to know it asks. */
    private static final long PLACES_TOLD_MAX = 100;

    /** After every id: so a place behind all of the same moment. */
    private static final UUID LAST = new UUID(-1, -1);

    private final Ids ids = new Ids();
    private final Admission admission;
    private final Totals totals;
    private final Pace pace;
    private final Lanes<JobRow> lanes;
    private final Prospects prospects;
    private final Endings endings;
    private final Told told;
    private final Duration retention;

    Intake(
            Admission admission,
            Totals totals,
            Pace pace,
            Lanes<JobRow> lanes,
            Endings endings,
            Told told,
            Duration retention) {
        this.admission = admission;
        this.totals = totals;
        this.pace = pace;
        this.lanes = lanes;
        this.prospects = new Prospects(lanes, pace);
        this.endings = endings;
        this.told = told;
        this.retention = retention;
    }

    /**
     * A request to be taken.
     *
     * @param prepared what is asked
     * @param answer the answer that it came with; null for none
     * @param retryOf the failed job that it does again; null for none
     */
    record Asked(
            Prepared prepared,
            Outcome.@Nullable Succeeded answer,
            @Nullable JobId retryOf) {
        Optional<String> key() {
            return prepared.idempotency().map(Change.Idempotency::key);
        }
    }

    /** A request that makes a job. */
    private record Taken(Asked asked, NewJob job, Optional<KeyTable.Use> use) {
        Change.Submitted change() {
            JobRow row = job.row();
            return new Change.Submitted(
                    row.kind(),
                    row.priority(),
                    row.device(),
                    row.maxNewTokens(),
                    row.inputChars(),
                    row.promptTokens() == 0 ? null : row.promptTokens(),
                    row.tooLong() ? true : null,
                    row.due(),
                    row.deadlineAt().orElse(null),
                    row.notBefore().orElse(null),
                    job.client(),
                    asked.prepared().idempotency().orElse(null),
                    asked.retryOf(),
                    row.trace().map(TraceContext::header).orElse(null),
                    job.input().ref(0));
        }
    }

    /** What becomes of each; in their order. */
    List<Submission> submit(Tx tx, List<Asked> asked) {
        Instant keysAfter = tx.now().minus(retention);
        Map<String, KeyTable.Use> uses = uses(tx, asked, keysAfter);
        Submission[] answers = new Submission[asked.size()];
        SortedMap<Integer, Taken> taken = new TreeMap<>();
        for (int i = 0; i < answers.length; i++) {
            Optional<Submission> refused = refusal(tx, asked.get(i), uses);
            if (refused.isPresent()) {
                answers[i] = refused.get();
            } else {
                Taken job = take(tx, asked.get(i));
                job.use().ifPresent(use -> uses.put(use.key(), use));
                taken.put(i, job);
            }
        }
        lostRaces(tx, taken.values().stream().flatMap(job -> job.use().stream()).toList(), keysAfter)
                .forEach(uses::put);
        taken.entrySet().removeIf(entry -> {
            Optional<Submission> before = madeBefore(entry.getValue(), uses);
            before.ifPresent(known -> {
                tx.removed(entry.getValue().job().row());
                answers[entry.getKey()] = known;
            });
            return before.isPresent();
        });
        // Others of this batch were told of a job that lost such a race: they are told of the one that won.
        for (int i = 0; i < answers.length; i++) {
            if (answers[i] instanceof Submission.Known || answers[i] instanceof Submission.KeyReused) {
                answers[i] = usedBefore(asked.get(i), uses).orElse(answers[i]);
            }
        }
        make(tx, taken, answers);
        for (Submission answer : answers) {
            if (answer instanceof Submission.Refused refused) {
                told.observer(tx, it -> it.refused(refused.reason()));
            }
        }
        return List.of(answers);
    }

    Retry retry(Tx tx, JobId id, Sender sender) {
        Optional<JobRow> found = JobTable.lock(tx.handle(), id);
        if (found.isEmpty()) {
            return new Retry.Unknown();
        }
        JobRow row = found.get();
        if (row.state() != JobState.FAILED) {
            return new Retry.NotFailed(row.open(Settled.metadata(tx.handle(), row)));
        }
        Optional<StoredInput> input = input(tx, row);
        if (input.isEmpty()) {
            return new Retry.InputErased();
        }
        JobRequest request = row.request(input.get());
        OptionalInt tokens = row.promptTokens() > 0 ? OptionalInt.of(row.promptTokens()) : OptionalInt.empty();
        Asked asked = new Asked(Prepared.of(request, sender).counted(tokens), null, id);
        return new Retry.Submitted(submit(tx, List.of(asked)).get(0));
    }

    private Optional<StoredInput> input(Tx tx, JobRow ended) {
        boolean kept = ended.textSlot().isPresent()
                && ended.finishedAt().orElseThrow().plus(retention).isAfter(tx.now());
        return kept
                ? TextTable.kept(tx.handle(), ended.textSlot().getAsInt(), ended.id())
                        .input()
                        .map(salted -> StoredText.read(Body.textOf(salted), StoredInput.class))
                : Optional.empty();
    }

    private static Map<String, KeyTable.Use> uses(Tx tx, List<Asked> asked, Instant after) {
        List<String> keys =
                asked.stream().flatMap(one -> one.key().stream()).distinct().toList();
        return keys.isEmpty() ? new HashMap<>() : KeyTable.find(tx.handle(), keys, after);
    }

    /** Notes the uses of keys. Of those that another host was about to use as well, what they were used for there. */
    private static Map<String, KeyTable.Use> lostRaces(Tx tx, List<KeyTable.Use> uses, Instant after) {
        if (uses.isEmpty()) {
            return Map.of();
        }
        Set<String> noted = KeyTable.note(tx.handle(), uses, tx.now(), after);
        List<String> lost = uses.stream()
                .map(KeyTable.Use::key)
                .filter(key -> !noted.contains(key))
                .toList();
        return lost.isEmpty() ? Map.of() : KeyTable.find(tx.handle(), lost, after);
    }

    private static Optional<Submission> madeBefore(Taken taken, Map<String, KeyTable.Use> uses) {
        return taken.use()
                .flatMap(own -> Optional.ofNullable(uses.get(own.key()))
                        .filter(use -> !use.job().equals(own.job()))
                        .map(use -> answer(use, own.request())));
    }

    private static Optional<Submission> usedBefore(Asked asked, Map<String, KeyTable.Use> uses) {
        return asked.prepared()
                .idempotency()
                .flatMap(key -> Optional.ofNullable(uses.get(key.key())).map(use -> answer(use, key.request())));
    }

    private static Submission answer(KeyTable.Use use, String request) {
        return use.request().equals(request) ? new Submission.Known(use.job()) : new Submission.KeyReused(use.job());
    }

    /** The answer to one that came before, or that cannot be taken; empty when it makes a job. */
    private Optional<Submission> refusal(Tx tx, Asked asked, Map<String, KeyTable.Use> uses) {
        Prepared prepared = asked.prepared();
        JobRequest request = prepared.request();
        Optional<Submission> before = usedBefore(asked, uses);
        if (before.isPresent()) {
            return before;
        }
        Optional<Submission.Refused> refused = admission(tx, prepared);
        if (refused.isEmpty() && asked.answer() == null) {
            refused = prospects.tooLong(request, prepared.promptTokens());
        }
        if (refused.isEmpty() && asked.answer() == null) {
            refused = prospects.tooLate(request, () -> countBefore(tx, request));
        }
        return refused.map(answer -> answer);
    }

    private Optional<Submission.Refused> admission(Tx tx, Prepared prepared) {
        try {
            return admission.refusal(
                    tx.now(),
                    prepared.sender(),
                    prepared.request().priority(),
                    prepared.body().bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long countBefore(Tx tx, JobRequest request) {
        return JobTable.countBefore(
                tx.handle(), Lines.beside(Line.of(request.kind(), request.device(), false)), due(tx, request), LAST);
    }

    private long due(Tx tx, JobRequest request) {
        return Order.due(
                tx.now(), request.priority(), request.deadline().map(tx.now()::plus), pace.runTime(request.kind()));
    }

    private Taken take(Tx tx, Asked asked) {
        JobRow row = row(tx, asked.prepared());
        // Counted now, so that the bound on queued jobs holds for the next one of the batch.
        tx.added(row);
        tx.coming(row.client());
        return new Taken(
                asked,
                new NewJob(row, asked.prepared().body()),
                asked.prepared().idempotency().map(key -> new KeyTable.Use(key.key(), key.request(), row.id())));
    }

    private JobRow row(Tx tx, Prepared prepared) {
        JobRequest request = prepared.request();
        OptionalInt tokens = prepared.promptTokens();
        boolean tooLong = tokens.isPresent() && lanes.tooLongForMain(tokens.getAsInt());
        return new JobRow(
                ids.next(tx.now()),
                request.kind(),
                JobState.QUEUED,
                request.priority(),
                request.device(),
                request.maxNewTokens(),
                request.input().chars(),
                prepared.body().bytes(),
                tokens.orElse(0),
                Line.of(request.kind(), request.device(), tooLong),
                prepared.sender().client(),
                prepared.sender().trace(),
                tx.host(),
                due(tx, request),
                tx.now(),
                request.runAfter().map(tx.now()::plus),
                Optional.empty(),
                Optional.empty(),
                request.deadline().map(tx.now()::plus),
                0,
                0,
                0,
                Optional.empty(),
                OptionalInt.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty());
    }

    private void make(Tx tx, SortedMap<Integer, Taken> taken, Submission[] answers) {
        tx.allCame();
        if (taken.isEmpty()) {
            return;
        }
        List<NewJob> jobs = taken.values().stream().map(Taken::job).toList();
        if (JobTable.insert(tx.handle(), jobs) != jobs.size()) {
            throw new IllegalStateException("not all of " + jobs.size() + " jobs came into the table: a bug in npuq");
        }
        Map<JobId, Long> places = places(tx, jobs);
        taken.forEach((i, job) -> {
            JobRow row = job.job().row();
            tx.record(row.id(), job.change());
            told.observer(tx, it -> it.submitted(told.step(tx, row)));
            answers[i] =
                    new Submission.Accepted(accepted(tx, job, Optional.ofNullable(places.get(row.id()))), Watch.NONE);
        });
    }

    private Map<JobId, Long> places(Tx tx, List<NewJob> jobs) {
        return totals.queued() > PLACES_TOLD_MAX
                ? Map.of()
                : JobTable.places(
                        tx.handle(), jobs.stream().map(job -> job.row().id()).toList());
    }

    private Job accepted(Tx tx, Taken taken, Optional<Long> place) {
        JobRow row = taken.job().row();
        Map<String, String> metadata = taken.asked().prepared().request().metadata();
        Outcome.Succeeded answer = taken.asked().answer();
        if (answer == null) {
            return row.job(
                    Optional.empty(),
                    metadata,
                    place,
                    place.flatMap(jobs -> pace.timeFor(jobs + 1)).map(Duration::toMillis));
        }
        return endings.end(tx, row, answer, metadata)
                .orElseThrow(() -> new IllegalStateException(row.id() + " has moved before it was there"))
                .job(answer.result(), metadata, Optional.empty(), Optional.empty());
    }

    /** Why nothing is taken while the store cannot be reached. */
    static Submission.Refused storeGone() {
        return new Submission.Refused(
                Refusal.STORE_UNAVAILABLE,
                "the queue's store cannot be reached; nothing was recorded, try again later",
                Duration.ofSeconds(5));
    }
}
