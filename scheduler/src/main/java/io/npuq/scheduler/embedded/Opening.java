package io.npuq.scheduler.embedded;

import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.index.IndexDatabase;
import io.npuq.scheduler.index.IndexException;
import io.npuq.scheduler.index.IndexReader;
import io.npuq.scheduler.index.JobIndex;
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

    private final QueueConfig config;
    private final SteadyClock clock;
    private final ChannelOpener opener;
    private final Consumer<Throwable> fatal;

    Opening(QueueConfig config, SteadyClock clock, ChannelOpener opener, Consumer<Throwable> fatal) {
        this.config = config;
        this.clock = clock;
        this.opener = opener;
        this.fatal = fatal;
    }

    Opened open() {
        DataDirectory directory = DataDirectory.open(config.dataDir());
        try {
            return openOrRebuild(directory);
        } catch (IOException | IndexException e) {
            directory.close();
            throw new QueueUnavailableException(
                    "the queue in " + directory.path() + " cannot be opened: " + e.getMessage(), e);
        } catch (JournalDamagedException e) {
            directory.close();
            throw new QueueUnavailableException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Whatever is wrong with the index, the journal makes it good: so it gets a second try from nothing. */
    private Opened openOrRebuild(DataDirectory directory) throws IOException {
        try {
            return open(directory);
        } catch (IndexException e) {
            LOG.warn("the index cannot be used, and is built again from the journal", e);
            IndexDatabase.discard(directory.path());
            return open(directory);
        }
    }

    private Opened open(DataDirectory directory) throws IOException {
        IndexDatabase database = IndexDatabase.open(directory.path());
        StoredTexts texts = new StoredTexts(directory.journal(), opener);
        JobIndex index = database.writer();
        Replay replay = new Replay(index, texts, config.keepInputs());
        Journal journal =
                Journal.open(directory.journal(), opener, Journal.SEGMENT_BYTES_MAX, replay.appliedBefore(), replay);
        try {
            report(journal, replay);
            boolean rebuilt = replay.appliedBefore() == 0 && journal.seq() > 0;
            return start(directory, new Stores(database, index, journal, texts), rebuilt);
        } catch (IOException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private record Stores(IndexDatabase database, JobIndex index, Journal journal, StoredTexts texts) {}

    private Opened start(DataDirectory directory, Stores stores, boolean rebuilt) throws IOException {
        Totals totals = totals(stores.database());
        JobFiles files = new JobFiles(stores.texts());
        Admission admission = new Admission(directory, config.queuedJobsMax(), totals.counters(), totals.rate());
        Transitions transitions = new Transitions(
                new Ledger(stores.journal(), stores.texts(), stores.index()), files, clock, config, admission, totals);
        int recovered = transitions.recoverAll();
        transitions.commit();
        if (recovered > 0) {
            LOG.info("{} jobs were running when npuq stopped; they are recovered", recovered);
        }
        Writer writer = new Writer(transitions, fatal);
        writer.start();
        return new Opened(
                directory,
                stores.journal(),
                stores.texts(),
                stores.database(),
                stores.index(),
                files,
                admission,
                totals,
                clock,
                new Readers(stores.database()),
                writer,
                rebuilt);
    }

    private static void report(Journal journal, Replay replay) {
        long applied = replay.end();
        if (journal.cutTornTail()) {
            LOG.warn("the journal's last write was not finished when npuq stopped; nobody had been told that it was, "
                    + "and it was cut off");
        }
        if (applied > 0) {
            LOG.info("the index took over {} entries of the journal", applied);
        }
    }

    private static Totals totals(IndexDatabase database) {
        try (IndexReader reader = database.reader()) {
            return new Totals(new Counters(reader.counts()), new ServiceRate(), new Feed());
        }
    }
}
