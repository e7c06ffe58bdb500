package io.npuq.scheduler.index;

import io.npuq.scheduler.JobQuery;
import io.npuq.scheduler.common.Line;
import io.npuq.scheduler.common.Waiting;
import io.npuq.schema.DevicePolicy;
import io.npuq.schema.JobId;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;

/** Questions to the index, each a walk down a tree or along a few of its leaves. From any thread that is never interrupted. */
public final class IndexLook implements Waiting<JobRow> {
    private static final int SEQ_BITS = 56;

    private static final List<Line> OF_MAIN = List.of(Line.NPU, Line.PREFER_NPU, Line.ANY);
    private static final List<Line> OF_TEXTS = List.of(Line.NPU, Line.PREFER_NPU, Line.TOO_LONG, Line.ANY);
    private static final List<Line> OF_VECTORS = List.of(Line.EMBEDDING);

    private final IndexFile.Maps maps;

    IndexLook(IndexFile.Maps maps) {
        this.maps = maps;
    }

    @Override
    public Comparator<JobRow> order() {
        return JobRow.IN_ORDER;
    }

    /** The job of that name. */
    public Optional<JobRow> find(JobId id) {
        return bySeq(JobKey.seqOf(id)).filter(row -> row.id().equals(id));
    }

    /** The job with that key. */
    public Optional<JobRow> bySeq(long seq) {
        return Optional.ofNullable(maps.jobs().get(seq));
    }

    @Override
    public Optional<JobRow> first(Line line) {
        return Optional.ofNullable(maps.order(line).firstKey()).map(place -> row(place.seq()));
    }

    /** Whether any job is in line, whichever. */
    public boolean anyInLine() {
        return maps.order().values().stream().anyMatch(line -> !line.isEmpty());
    }

    /** How many queued jobs come before this one: of its kind, text or vector, in all lines; empty when it is not in line. */
    public Optional<Long> position(JobRow row) {
        return maps.order(row.line()).containsKey(row.place())
                ? Optional.of(countBefore(linesBeside(row.line()), row.place()))
                : Optional.empty();
    }

    /** How many queued jobs would come before one of that kind with that place in the order. */
    public long countBefore(JobKind kind, long dueMicros) {
        Line line = Line.of(kind, DevicePolicy.ANY, false);
        return countBefore(linesBeside(line), new Moment(dueMicros, Long.MAX_VALUE));
    }

    @Override
    public long countBeforeOnMain(JobRow row) {
        return countBefore(OF_MAIN, row.place());
    }

    @Override
    public Optional<JobRow> firstBehind(long jobs) {
        MVMap<Moment, Present> line = maps.order(Line.PREFER_NPU);
        long size = line.sizeAsLong();
        long low = 0;
        long high = Math.min(jobs, size);
        while (low < high) {
            long middle = (low + high) / 2;
            if (countBefore(OF_MAIN, line.getKey(middle)) < jobs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < size ? Optional.of(row(line.getKey(low).seq())) : Optional.empty();
    }

    @Override
    public List<JobRow> mostUrgent(int deadlines) {
        List<JobRow> rows = new ArrayList<>();
        Iterator<Moment> moments = maps.deadlines().keyIterator(null);
        for (int i = 0; i < deadlines && moments.hasNext(); i++) {
            JobRow row = row(moments.next().seq());
            if (row.line() == Line.PREFER_NPU && maps.order(Line.PREFER_NPU).containsKey(row.place())) {
                rows.add(row);
            }
        }
        return rows;
    }

    private long countBefore(List<Line> lines, Moment place) {
        long count = 0;
        for (Line line : lines) {
            long index = maps.order(line).getKeyIndex(place);
            count += index < 0 ? -index - 1 : index;
        }
        return count;
    }

    private static List<Line> linesBeside(Line line) {
        return line == Line.EMBEDDING ? OF_VECTORS : OF_TEXTS;
    }

    /** Every job that runs: few. One that ends, or comes back, between its place among them and its row is not told. */
    public List<JobRow> running() {
        List<JobRow> rows = new ArrayList<>();
        Iterator<Long> keys =
                maps.states().cursor(stateKey(JobState.RUNNING, 0), stateKey(JobState.RUNNING, Long.MAX_VALUE), false);
        while (keys.hasNext()) {
            JobRow row = row(seqOf(keys.next()));
            if (row.state() == JobState.RUNNING) {
                rows.add(row);
            }
        }
        return rows;
    }

    @Override
    public long inLine(Line line) {
        return maps.order(line).sizeAsLong();
    }

    /** The job that has waited longest. */
    public Optional<JobRow> oldestQueued() {
        Long key = maps.states().ceilingKey(stateKey(JobState.QUEUED, 0));
        return key == null || key > stateKey(JobState.QUEUED, Long.MAX_VALUE)
                ? Optional.empty()
                : Optional.of(row(seqOf(key)));
    }

    /** The earliest deadline of a job that waits. */
    public Optional<Moment> firstDeadline() {
        return Optional.ofNullable(maps.deadlines().firstKey());
    }

    /** The earliest time at which a job that is held back may start. */
    public Optional<Moment> firstDelayed() {
        return Optional.ofNullable(maps.delayed().firstKey());
    }

    /** The job that ended first, of those that still have texts. */
    public Optional<Moment> firstKept() {
        return Optional.ofNullable(maps.kept().firstKey());
    }

    /** The oldest use of an idempotency key. */
    public Optional<Moment> firstKey() {
        return Optional.ofNullable(maps.keyAges().firstKey());
    }

    /**
     * What an idempotency key was used for.
     *
     * @param key SHA-256 of the key; hexadecimal
     * @param request HMAC of the request; hexadecimal
     */
    public KeyUse use(String key, String request) {
        Remembered known = maps.keys().get(Digest.ofHex(key));
        if (known == null) {
            return new KeyUse.Unused();
        }
        return known.request().equals(Digest.ofHex(request))
                ? new KeyUse.Same(row(known.seq()))
                : new KeyUse.Other(row(known.seq()));
    }

    /** What an idempotency key was used for before. */
    public sealed interface KeyUse {
        /** It is new. */
        record Unused() implements KeyUse {}

        /** This very request was made with it: this is its job. */
        record Same(JobRow row) implements KeyUse {}

        /** Another request was made with it. */
        record Other(JobRow row) implements KeyUse {}
    }

    /** Whether an ended job still has its input. */
    public boolean keepsInput(JobRow row) {
        return kept(row).map(Kept::input).orElse(false);
    }

    /** Whether an ended job still has any of its texts. */
    public boolean keepsTexts(JobRow row) {
        return kept(row).isPresent();
    }

    private Optional<Kept> kept(JobRow row) {
        return row.finishedAt().map(at -> maps.kept().get(Moment.of(at, row.seq())));
    }

    /** A segment before that one which has no text left. */
    public Optional<Integer> emptySegmentBefore(int segment) {
        Cursor<Long, Long> cursor = maps.texts().cursor(null);
        while (cursor.hasNext()) {
            long number = cursor.next();
            if (number >= segment) {
                return Optional.empty();
            }
            if (cursor.getValue() == 0) {
                return Optional.of((int) number);
            }
        }
        return Optional.empty();
    }

    /**
     * What a walk along the jobs found.
     *
     * @param rows what is wanted, newest first
     * @param lookedUntil the last job that was looked at, where the walk ended before the jobs did
     */
    public record Found(List<JobRow> rows, Optional<JobRow> lookedUntil) {}

    /**
     * The jobs that a query is about, newest first; its text is not looked for, and its limit is not kept.
     *
     * @param rowsMax how many at most
     * @param lookedAtMax how many are looked at, at most
     */
    public Found page(JobQuery query, int rowsMax, int lookedAtMax) {
        long before = query.after().map(JobKey::seqOf).orElse((1L << SEQ_BITS) - 1) - 1;
        Optional<JobState> state = query.filter().state();
        Iterator<Long> keys = state.isPresent()
                ? maps.states().cursor(stateKey(state.get(), before), stateKey(state.get(), 0), true)
                : maps.jobs().cursor(before, 0L, true);
        List<JobRow> rows = new ArrayList<>();
        JobRow last = null;
        for (int looked = 0; keys.hasNext(); looked++) {
            if (last != null && (rows.size() == rowsMax || looked == lookedAtMax)) {
                return new Found(rows, Optional.of(last));
            }
            last = row(seqOf(keys.next()));
            if (last.isWanted(query.filter())) {
                rows.add(last);
            }
        }
        return new Found(rows, Optional.empty());
    }

    /** All jobs, in the order in which they came. */
    public Iterator<JobRow> all() {
        Cursor<Long, JobRow> cursor = maps.jobs().cursor(null);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return cursor.hasNext();
            }

            @Override
            public JobRow next() {
                long unused = cursor.next();
                return cursor.getValue();
            }
        };
    }

    /** The queued jobs whose deadlines come first. */
    public List<JobRow> nearestDeadlines(int most) {
        List<JobRow> rows = new ArrayList<>();
        Iterator<Moment> moments = maps.deadlines().keyIterator(null);
        while (rows.size() < most && moments.hasNext()) {
            rows.add(row(moments.next().seq()));
        }
        return rows;
    }

    JobRow row(long seq) {
        JobRow row = maps.jobs().get(seq);
        if (row == null) {
            throw new IndexException("the index names a job that it does not have, entry " + seq);
        }
        return row;
    }

    @SuppressWarnings("EnumOrdinal") // kept in the index only, see JobIndex.VERSION
    static long stateKey(JobState state, long seq) {
        return (long) state.ordinal() << SEQ_BITS | Math.min(seq, (1L << SEQ_BITS) - 1);
    }

    private static long seqOf(long stateKey) {
        return stateKey & ((1L << SEQ_BITS) - 1);
    }
}
