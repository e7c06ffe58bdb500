package io.npuq.scheduler.embedded;

import io.npuq.scheduler.JournalReport;
import io.npuq.scheduler.index.JobKey;
import io.npuq.scheduler.journal.BodyRef;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.Extent;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.scheduler.journal.JournalReader;
import io.npuq.scheduler.journal.Position;
import io.npuq.scheduler.journal.StoredTexts;
import io.npuq.schema.JobId;
import io.npuq.schema.JobState;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Walks a journal that nobody writes to: every frame, the chain from its first entry, every text against its hash, the states that jobs
 * went through, and the index, where there is one to compare. Changes nothing.
 */
final class JournalCheck implements JournalReader.Visitor {
    /** Opens files for reading only, whatever was asked: a backup may lie where nobody may write. */
    private static final ChannelOpener READ_ONLY = (path, options) -> FileChannel.open(path);

    private final StoredTexts texts;
    private final IndexCheck index;
    private final Map<JobState, Long> jobs = new EnumMap<>(JobState.class);

    /** Jobs that wait, those that run, and those of either whose input is there; by the number of their first entry. */
    private final BitSet queued = new BitSet();

    private final BitSet running = new BitSet();
    private final BitSet liveInputs = new BitSet();

    /** Inputs that are not what was written, of jobs that have not ended yet as far as was read. */
    private final Map<JobId, JournalDamagedException> damaged = new HashMap<>();

    private long live;
    private long erased;
    private long due;

    private JournalCheck(StoredTexts texts, IndexCheck index) {
        this.texts = texts;
        this.index = index;
    }

    /**
     * Checks the journal in the directory.
     *
     * @param index beside it
     * @throws JournalDamagedException for the first damage, with its position
     */
    static Checked check(Path journal, IndexCheck index) throws IOException {
        try (StoredTexts texts = new StoredTexts(journal, READ_ONLY)) {
            return new JournalCheck(texts, index).run(journal);
        }
    }

    /**
     * A journal that is whole.
     *
     * @param extent what belongs to it
     * @param report what it holds
     */
    record Checked(Extent extent, JournalReport report) {}

    private Checked run(Path journal) throws IOException {
        Extent extent = JournalReader.measure(journal, this);
        Optional<JournalDamagedException> text = damaged.values().stream().findFirst();
        if (text.isPresent()) {
            throw text.get();
        }
        count(JobState.QUEUED, queued.cardinality());
        count(JobState.RUNNING, running.cardinality());
        index.end(
                extent.entries(),
                jobs.values().stream().mapToLong(Long::longValue).sum());
        JournalReport report = new JournalReport(
                extent.segments(),
                extent.entries(),
                extent.head(),
                extent.bytes(),
                Map.copyOf(jobs),
                new JournalReport.Texts(live, erased, due),
                extent.torn(),
                index.verdict());
        return new Checked(extent, report);
    }

    @Override
    public void entry(long seq, Position at, byte[] line) throws IOException {
        Entry entry = JournalReader.parse(line, at);
        JobId job = entry.job();
        if (job != null) {
            if (JobKey.seqOf(job) > seq) {
                throw unfit(job, at);
            }
            JobState state = change(job, entry.change(), at);
            // To the index, a job that is held waits as before.
            if (!(entry.change() instanceof Change.Held)) {
                index.entry(entry, job, state, at);
            }
        }
    }

    /** Follows the job; the state that it is in from then on. */
    private JobState change(JobId job, Change change, Position at) throws IOException {
        int key = Math.toIntExact(JobKey.seqOf(job));
        if (change instanceof Change.Submitted submitted) {
            queued.set(key);
            input(job, key, at, submitted.input());
            return JobState.QUEUED;
        }
        if (!queued.get(key) && !running.get(key)) {
            throw unfit(job, at);
        }
        JobState before = running.get(key) ? JobState.RUNNING : JobState.QUEUED;
        if (change instanceof Change.CancelAsked) {
            return before;
        }
        if (change instanceof Change.Held) {
            if (before != JobState.QUEUED) {
                throw unfit(job, at);
            }
            return before;
        }
        JobState after = moved(before, change, job, at);
        queued.set(key, after == JobState.QUEUED);
        running.set(key, after == JobState.RUNNING);
        if (change instanceof Change.Ended ended) {
            end(job, key, ended, at);
        }
        return after;
    }

    private static JobState moved(JobState before, Change change, JobId job, Position at) {
        try {
            if (change instanceof Change.Started) {
                return before.moveTo(JobState.RUNNING);
            }
            return before.moveTo(change instanceof Change.Ended ended ? ended.state() : JobState.QUEUED);
        } catch (IllegalStateException e) {
            throw new JournalDamagedException(
                    "the journal's entry at " + at + " about " + job + " does not fit what went before: "
                            + e.getMessage(),
                    e);
        }
    }

    private static JournalDamagedException unfit(JobId job, Position at) {
        return new JournalDamagedException(
                "the journal's entry at " + at + " about " + job + " does not fit what went before");
    }

    /** Whether a damaged input matters is known only at the job's end: one that was being erased need not be whole. */
    private void input(JobId job, int key, Position at, BodyRef ref) throws IOException {
        try {
            if (texts.read(at.segment(), ref).isPresent()) {
                liveInputs.set(key);
                live++;
            } else {
                erased++;
            }
        } catch (JournalDamagedException e) {
            damaged.put(job, e);
        }
    }

    private void end(JobId job, int key, Change.Ended end, Position at) throws IOException {
        count(end.state(), 1);
        boolean inputIsThere = liveInputs.get(key);
        liveInputs.clear(key);
        if (!Boolean.TRUE.equals(end.keepsInput())) {
            boolean halfErased = damaged.remove(job) != null;
            live -= inputIsThere ? 1 : 0;
            due += inputIsThere || halfErased ? 1 : 0;
        }
        if (end.output() != null) {
            output(at, end.output());
        }
    }

    private void count(JobState state, long more) {
        if (more > 0) {
            jobs.merge(state, more, Long::sum);
        }
    }

    private void output(Position at, BodyRef ref) throws IOException {
        try {
            if (texts.read(at.segment(), ref).isPresent()) {
                live++;
            } else {
                erased++;
            }
        } catch (JournalDamagedException e) {
            if (!texts.isErasureBegun(at.segment(), ref)) {
                throw e;
            }
            due++;
        }
    }
}
