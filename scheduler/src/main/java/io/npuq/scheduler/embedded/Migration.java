package io.npuq.scheduler.embedded;

import io.npuq.scheduler.MovedJob;
import io.npuq.scheduler.MovedJobs;
import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.audit.Checkpoints;
import io.npuq.scheduler.audit.VerifierKey;
import io.npuq.scheduler.index.IndexFile;
import io.npuq.scheduler.index.IndexLook;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.Body;
import io.npuq.scheduler.journal.BodyRef;
import io.npuq.scheduler.journal.Change;
import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.scheduler.journal.Entry;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.scheduler.journal.JournalReader;
import io.npuq.scheduler.journal.Position;
import io.npuq.scheduler.journal.StoredTexts;
import io.npuq.schema.Sha256;
import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Moves the queue of a data directory, which no npuq serves, into a store that hosts share. What was running when it stopped is given back
 * first, as at every start. From before the first job goes until for good, the directory says where its queue is, and is not served. Its
 * journal stays, and can be read.
 */
public final class Migration {
    /** Jobs that are handed on at once: a transaction. */
    private static final int JOBS_AT_ONCE = 500;

    private final DataDirectory directory;
    private final StoredTexts texts;
    private final IndexFile index;

    private Migration(DataDirectory directory, StoredTexts texts, IndexFile index) {
        this.directory = directory;
        this.texts = texts;
        this.index = index;
    }

    /**
     * Moves it; again from the beginning where an earlier move broke off.
     *
     * @param config where it is, and what it keeps
     * @param to the store's address
     * @param target the store
     * @return where its log ends
     * @throws QueueUnavailableException when it cannot be moved, or not to the end; then the same can be tried again
     */
    public static MovedJobs.OldLog move(QueueConfig config, String to, MovedJobs target) {
        Path data = config.dataDir().toAbsolutePath().normalize();
        try {
            Optional<MovedMark> mark = lookedAt(data);
            if (mark.isPresent() && !mark.get().to().equals(to)) {
                throw new QueueUnavailableException(mark.get().refusal(data));
            }
            if (mark.isEmpty()) {
                settle(config);
            }
            try (DataDirectory directory = DataDirectory.existing(data);
                    StoredTexts texts = new StoredTexts(directory.journal(), ChannelOpener.REAL)) {
                return move(directory, texts, to, target);
            }
        } catch (JournalDamagedException e) {
            throw new QueueUnavailableException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new QueueUnavailableException(
                    "the queue in " + data + " cannot be moved: " + e.getClass().getSimpleName() + " " + e.getMessage(),
                    e);
        }
    }

    /** There must be a queue, and nobody may serve it. */
    private static Optional<MovedMark> lookedAt(Path data) throws IOException {
        try (DataDirectory directory = DataDirectory.existing(data)) {
            return MovedMark.of(directory.path());
        }
    }

    /** A start and a stop: all that was under way is recorded for what it is. */
    private static void settle(QueueConfig config) {
        EmbeddedJobQueue.open(
                        config,
                        Clock.systemUTC(),
                        System::nanoTime,
                        failure -> {
                            throw new IllegalStateException(
                                    "the queue gave up while it was opened to be moved", failure);
                        },
                        QueueObserver.NONE)
                .close();
    }

    private static MovedJobs.OldLog move(DataDirectory directory, StoredTexts texts, String to, MovedJobs target)
            throws IOException {
        IndexFile index = IndexFile.open(directory.path(), failure -> {
            throw new IllegalStateException("the index cannot be written", failure);
        });
        try {
            MovedJobs.OldLog log = new Migration(directory, texts, index).run(to, target);
            index.close();
            return log;
        } catch (IOException | RuntimeException e) {
            index.abandon();
            throw e;
        }
    }

    private MovedJobs.OldLog run(String to, MovedJobs target) throws IOException {
        LastEntry last = new LastEntry(new Replay(index.index(), texts));
        JournalReader.read(directory.journal(), last);
        if (!index.index().look().running().isEmpty()) {
            throw new QueueUnavailableException("jobs of the queue in " + directory.path()
                    + " run, for it was served meanwhile: stop that npuq, and move it again");
        }
        MovedJobs.OldLog log = new MovedJobs.OldLog(
                new Checkpoints(directory.path()).key().map(VerifierKey::name),
                last.seq,
                last.head,
                index.index().isPaused());
        new MovedMark(false, to).write(directory.path());
        target.begin(log);
        handOn(index.index().look().all(), target);
        new MovedMark(true, to).write(directory.path());
        return log;
    }

    private void handOn(Iterator<JobRow> rows, MovedJobs target) throws IOException {
        List<MovedJob> jobs = new ArrayList<>();
        while (rows.hasNext()) {
            jobs.add(job(rows.next()));
            if (jobs.size() == JOBS_AT_ONCE || !rows.hasNext()) {
                target.take(List.copyOf(jobs));
                jobs.clear();
            }
        }
    }

    private MovedJob job(JobRow row) throws IOException {
        if (!(texts.read(row.submitted()).change() instanceof Change.Submitted submitted)) {
            throw new JournalDamagedException(
                    "the journal's entry at " + row.submitted() + " is not the start of " + row.id());
        }
        if (row.ended().isEmpty()) {
            Optional<Body> input = texts.readSalted(row.submitted().segment(), submitted.input());
            if (input.isEmpty()) {
                throw new JournalDamagedException("the input of " + row.id() + ", which waits, is erased");
            }
            return new MovedJob(row, input, Optional.empty(), Optional.empty(), Optional.empty(), key(submitted));
        }
        Position at = row.ended().get();
        if (!(texts.read(at).change() instanceof Change.Ended ended)) {
            throw new JournalDamagedException("the journal's entry at " + at + " is not the end of " + row.id());
        }
        IndexLook look = index.index().look();
        return new MovedJob(
                row,
                look.keepsInput(row) ? text(row.submitted(), submitted.input()) : Optional.empty(),
                look.keepsTexts(row) ? text(at, ended.output()) : Optional.empty(),
                Optional.ofNullable(ended.error()),
                Optional.ofNullable(ended.evidence()),
                key(submitted));
    }

    private Optional<Body> text(Position at, @Nullable BodyRef ref) throws IOException {
        return ref == null ? Optional.empty() : texts.readSalted(at.segment(), ref);
    }

    private static Optional<Change.Idempotency> key(Change.Submitted submitted) {
        return Optional.ofNullable(submitted.idempotency());
    }

    /** Hands entries on, and remembers the last one. */
    private static final class LastEntry implements JournalReader.Visitor {
        private final Replay replay;
        private long seq;
        private String head = Entry.FIRST_PREV;

        LastEntry(Replay replay) {
            this.replay = replay;
        }

        @Override
        public void entry(long number, Position position, byte[] line) throws IOException {
            replay.entry(number, position, line);
            seq = number;
            head = Sha256.hex(line);
        }
    }
}
