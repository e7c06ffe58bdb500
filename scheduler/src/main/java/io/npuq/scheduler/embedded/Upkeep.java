package io.npuq.scheduler.embedded;

import io.npuq.scheduler.Erasure;
import io.npuq.scheduler.index.IndexLook;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.index.Moment;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.Journal;
import io.npuq.schema.Job;
import io.npuq.schema.JobId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What time brings: deadlines pass, jobs that were held back come in line, texts and keys grow too old. On the writer's thread. */
final class Upkeep {
    /** Old things that one batch clears away at most, so that callers do not wait for it. */
    private static final int CLEARED_AT_ONCE = 100;

    private final Ledger ledger;
    private final JobFiles files;
    private final Journal journal;
    private final SteadyClock clock;
    private final Attempts attempts;
    private final Duration retention;

    Upkeep(Ledger ledger, JobFiles files, Journal journal, SteadyClock clock, Attempts attempts, Duration retention) {
        this.ledger = ledger;
        this.files = files;
        this.journal = journal;
        this.clock = clock;
        this.attempts = attempts;
        this.retention = retention;
    }

    /** Does what is due. */
    void run() throws IOException {
        Instant now = clock.now();
        expire(now);
        release(now);
        eraseTexts(now.minus(retention));
        forgetKeys(now.minus(retention));
        dropSegments();
        if (ledger.wantsToErase()) {
            ledger.record(now, new Change.TextsErased());
        }
    }

    /** How long until something is due by the minute: a deadline, a job that was held back, an erasure; empty when nothing is. */
    Optional<Duration> untilNext() {
        Instant now = clock.now();
        if (ledger.wantsToErase()) {
            return Optional.of(Duration.ZERO);
        }
        return Stream.of(look().firstDeadline(), look().firstDelayed())
                .flatMap(Optional::stream)
                .map(moment -> Duration.between(now, moment.at()))
                .min(Duration::compareTo);
    }

    /** Whether texts whose time is over wait for one more batch: the queue does not close before. */
    boolean mustErase() {
        return ledger.wantsToErase();
    }

    private void expire(Instant now) throws IOException {
        for (Optional<Moment> first = look().firstDeadline(); isPast(first, now); first = look().firstDeadline()) {
            attempts.expire(row(first.orElseThrow()));
        }
    }

    private void release(Instant now) {
        for (Optional<Moment> first = look().firstDelayed(); isPast(first, now); first = look().firstDelayed()) {
            ledger.index().release(first.orElseThrow());
        }
    }

    private void eraseTexts(Instant before) {
        for (int i = 0; i < CLEARED_AT_ONCE && isPast(look().firstKept(), before); i++) {
            JobRow row = row(look().firstKept().orElseThrow());
            if (!ledger.isOnDisk(row.changed())) {
                return;
            }
            eraseTexts(row);
        }
    }

    private void eraseTexts(JobRow ended) {
        if (look().keepsInput(ended)) {
            ledger.erase(ended.submitted().segment(), ended.inputAt(), ended.inputBytes());
        }
        files.output(ended).ifPresent(ref -> ledger.erase(segmentOfEnd(ended), ref.at(), ref.bytes()));
        ledger.index().forgetTexts(ended);
    }

    /** Erases the texts of one job before their time. */
    void erase(JobId id, Consumer<Erasure> answer) throws IOException {
        Optional<JobRow> row = look().find(id);
        if (row.isEmpty()) {
            ledger.afterCommit(() -> answer.accept(new Erasure.Unknown()));
        } else if (row.get().state().isFinal() && ledger.isOnDisk(row.get().changed())) {
            if (look().keepsTexts(row.get())) {
                eraseTexts(row.get());
                ledger.record(clock.now(), new Change.TextsErased());
            }
            ledger.afterCommit(() -> answer.accept(new Erasure.Erased()));
        } else {
            Job open = Jobs.open(row.get(), Map.of(), Optional.empty(), Optional.empty());
            ledger.afterCommit(() -> answer.accept(new Erasure.NotEnded(open)));
        }
    }

    private void forgetKeys(Instant before) {
        for (int i = 0; i < CLEARED_AT_ONCE && isPast(look().firstKey(), before); i++) {
            ledger.index().forgetKey(look().firstKey().orElseThrow());
        }
    }

    /** A body file goes when its last text has gone; the one that is written to stays. */
    private void dropSegments() {
        Optional<Integer> empty = look().emptySegmentBefore(journal.segment());
        if (empty.isPresent()) {
            ledger.drop(empty.get());
            ledger.index().forgetSegment(empty.get());
        }
    }

    private static int segmentOfEnd(JobRow row) {
        return row.ended().orElseThrow().segment();
    }

    private static boolean isPast(Optional<Moment> moment, Instant now) {
        return moment.isPresent() && !moment.get().at().isAfter(now);
    }

    private JobRow row(Moment moment) {
        return look().bySeq(moment.seq())
                .orElseThrow(() -> new IllegalStateException("a moment of no job, entry " + moment.seq()));
    }

    private IndexLook look() {
        return ledger.index().look();
    }
}
