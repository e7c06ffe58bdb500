package io.npuq.scheduler.embedded;

import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.audit.CheckpointLog;
import io.npuq.scheduler.audit.CheckpointTimer;
import io.npuq.scheduler.common.Admission;
import io.npuq.scheduler.common.Feed;
import io.npuq.scheduler.common.Lanes;
import io.npuq.scheduler.common.Pace;
import io.npuq.scheduler.common.SpentTokens;
import io.npuq.scheduler.index.IndexFile;
import io.npuq.scheduler.index.JobIndex;
import io.npuq.scheduler.index.JobRow;
import io.npuq.scheduler.journal.ChannelOpener;
import io.npuq.scheduler.journal.Journal;
import io.npuq.scheduler.journal.JournalDamagedException;
import io.npuq.scheduler.journal.StoredTexts;
import io.npuq.schema.config.QueueConfig;
import java.io.IOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a queue ready: takes the directory, walks the journal, brings the index up to its end, and gives back what was running. An
 * index that is missing, not trusted, or at odds with the journal starts empty, and so is built again on the same walk.
 */
final class Opening {
    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    /** For tests: the size of a segment's log in bytes, small so that it turns often. */
    private static final String SEGMENT_BYTES = "npuq.test.segment-bytes";

    private final QueueConfig config;
    private final SteadyClock clock;
    private final ChannelOpener opener;
    private final long segmentBytesMax;
    private final Consumer<Throwable> fatal;
    private final QueueObserver observer;

    Opening(QueueConfig config, SteadyClock clock, Consumer<Throwable> fatal, QueueObserver observer) {
        this(
                config,
                clock,
                ChannelOpener.REAL,
                Long.getLong(SEGMENT_BYTES, Journal.SEGMENT_BYTES_MAX),
                fatal,
                observer);
    }

    Opening(
            QueueConfig config,
            SteadyClock clock,
            ChannelOpener opener,
            long segmentBytesMax,
            Consumer<Throwable> fatal,
            QueueObserver observer) {
        this.config = config;
        this.clock = clock;
        this.opener = opener;
        this.segmentBytesMax = segmentBytesMax;
        this.fatal = fatal;
        this.observer = observer;
    }

    Opened open() {
        DataDirectory directory = DataDirectory.open(config.dataDir());
        try {
            return openOrRebuild(directory);
        } catch (JournalDamagedException e) {
            directory.close();
            throw new QueueUnavailableException(String.valueOf(e.getMessage()), e);
        } catch (IOException | RuntimeException e) {
            directory.close();
            if (e instanceof RuntimeException bug && !IndexFile.isFailure(bug)) {
                throw bug;
            }
            throw new QueueUnavailableException(
                    "the queue in " + directory.path() + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** Whatever is wrong with the index, the journal makes it good: so it gets a second try from nothing. */
    private Opened openOrRebuild(DataDirectory directory) throws IOException {
        try {
            return open(directory);
        } catch (RuntimeException e) {
            if (!IndexFile.isFailure(e)) {
                throw e;
            }
            LOG.warn("the index cannot be used, and is built again from the journal", e);
            IndexFile.discard(directory.path());
            return open(directory);
        }
    }

    private Opened open(DataDirectory directory) throws IOException {
        IndexFile index = IndexFile.open(directory.path(), fatal);
        StoredTexts texts = new StoredTexts(directory.journal(), opener);
        try {
            Replay replay = new Replay(index.index(), texts);
            Journal journal =
                    Journal.open(directory.journal(), opener, segmentBytesMax, replay.appliedBefore(), replay);
            report(journal, replay);
            boolean rebuilt = replay.appliedBefore() == 0 && journal.seq() > 0;
            return start(new Opened.Stores(directory, journal, texts, index), rebuilt);
        } catch (IOException | RuntimeException e) {
            index.abandon();
            texts.close();
            throw e;
        }
    }

    private Opened start(Opened.Stores stores, boolean rebuilt) throws IOException {
        JobIndex index = stores.index().index();
        Pace pace = new Pace();
        Feed feed = new Feed();
        Durable durable = new Durable();
        JobFiles files = new JobFiles(stores.texts(), clock, config.resultRetention());
        Inputs inputs = new Inputs(files);
        Lanes<JobRow> lanes = new Lanes<>(index.look(), index::refile, pace, clock::now, config.spillAfter());
        Observed observed = new Observed(observer, lanes, clock);
        Ledger ledger = new Ledger(stores.journal(), stores.texts(), index, durable, observed);
        SpentTokens tokens = new SpentTokens();
        Admission admission = new Admission(
                new DiskRoom(stores.directory(), stores.journal(), config.journalBytesMax()),
                config,
                index.counts(),
                pace,
                tokens);
        Endings endings = new Endings(ledger, inputs, clock, config.keepInputs(), pace, feed, tokens);
        Ahead ahead = new Ahead(clock, feed);
        Attempts attempts = new Attempts(ledger, inputs, files, clock, endings, feed, lanes, ahead);
        Upkeep upkeep = new Upkeep(ledger, files, stores.journal(), clock, attempts, config.resultRetention());
        recover(attempts, ledger);
        observed.journal(stores.journal().bytes());
        Writer writer = new Writer(upkeep, attempts, new WrittenBatch(ledger, inputs, durable), fatal);
        CheckpointLog checkpointLog = new CheckpointLog(stores.directory().path(), clock::now);
        CheckpointTimer checkpoints = new CheckpointTimer(() -> {
            Journal.Head head = stores.journal().head();
            checkpointLog.write(head.entries(), head.hash());
        });
        checkpoints.start();
        writer.start();
        return new Opened(
                stores,
                files,
                admission,
                new Intake(ledger, inputs, clock, admission, pace, lanes, endings),
                attempts,
                ahead,
                lanes,
                new Modes(ledger, admission, clock, attempts),
                upkeep,
                pace,
                feed,
                clock,
                new Readers(stores.index(), durable),
                writer,
                checkpoints,
                rebuilt);
    }

    private static void recover(Attempts attempts, Ledger ledger) throws IOException {
        int recovered = attempts.recoverAll();
        ledger.seal().run();
        if (recovered > 0) {
            LOG.info("{} jobs were running when npuq stopped; they are recovered", recovered);
        }
    }

    private static void report(Journal journal, Replay replay) {
        long applied = journal.seq() - replay.appliedBefore();
        if (journal.cutTornTail()) {
            LOG.warn("the journal's last write was not finished when npuq stopped; nobody had been told that it was, "
                    + "and it was cut off");
        }
        if (applied > 0) {
            LOG.info("the index took over {} entries of the journal", applied);
        }
    }

    private record WrittenBatch(Ledger ledger, Inputs inputs, Durable durable) implements Writer.Batch {
        @Override
        public Writer.Commit seal() {
            inputs.sealed();
            return ledger.seal();
        }

        @Override
        public void end() {
            durable.end();
        }
    }
}
