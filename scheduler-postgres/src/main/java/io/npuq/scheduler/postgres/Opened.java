package io.npuq.scheduler.postgres;

import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.audit.CheckpointTimer;
import io.npuq.scheduler.common.Admission;
import io.npuq.scheduler.common.Feed;
import io.npuq.scheduler.common.Lanes;
import io.npuq.scheduler.common.Pace;
import io.npuq.scheduler.common.SpentTokens;
import io.npuq.schema.config.QueueConfig;
import io.npuq.schema.config.StoreConfig;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The parts of an open queue.
 *
 * @param hostFile who this host is; held by this process
 * @param database connections
 * @param admission who may come in
 * @param intake how jobs come in; for the writer
 * @param attempts how they are handed out and come back; for the writer
 * @param lines the lines of the queue
 * @param lanes what is known of the lanes
 * @param modes pause and drain; for the writer
 * @param upkeep what time brings; for the writer
 * @param pace how fast jobs go here
 * @param feed who watches
 * @param lookElsewhere has what is watched looked for on other hosts
 * @param relay text on its way between hosts
 * @param totals how many jobs stand where
 * @param settled jobs that have ended
 * @param clock the queue's time
 * @param readers threads that read
 * @param writer the thread that writes
 * @param keeper the thread that keeps this host's lease
 * @param listener the thread that hears other hosts
 * @param checkpoints the thread that signs how far this host's log went
 */
record Opened(
        HostFile hostFile,
        Database database,
        Admission admission,
        Intake intake,
        Attempts attempts,
        Lines lines,
        Lanes<JobRow> lanes,
        Modes modes,
        Upkeep upkeep,
        Pace pace,
        Feed feed,
        Runnable lookElsewhere,
        Relay relay,
        Totals totals,
        Settled settled,
        StoreClock clock,
        Readers readers,
        Writer writer,
        HostKeeper keeper,
        Listener listener,
        CheckpointTimer checkpoints) {
    static Opened open(
            QueueConfig config,
            StoreConfig store,
            String version,
            LongSupplier ticker,
            Consumer<Throwable> fatal,
            QueueObserver observer) {
        HostFile hostFile = HostFile.hold(config.dataDir());
        try {
            Database database = Database.open(store);
            try {
                return open(config, version, ticker, fatal, observer, hostFile, database);
            } catch (RuntimeException e) {
                database.close();
                throw e;
            }
        } catch (RuntimeException e) {
            hostFile.close();
            throw e;
        }
    }

    private static Opened open(
            QueueConfig config,
            String version,
            LongSupplier ticker,
            Consumer<Throwable> fatal,
            QueueObserver observer,
            HostFile hostFile,
            Database database) {
        StoreClock clock = new StoreClock(ticker);
        Pace pace = new Pace();
        Told told = new Told(observer, new Feed(), clock);
        SpentTokens tokens = new SpentTokens();
        Current current = new Current();
        Totals totals = new Totals(current);
        Readers readers = new Readers(database.jdbi());
        Settled settled = new Settled(config.resultRetention());
        Bell bell = new Bell(database.channel());
        Relay relay = new Relay(database.jdbi(), bell.channel(), told.feed());
        Elsewhere elsewhere = new Elsewhere(told.feed(), readers, settled, clock, relay);
        Lines lines = new Lines(current, totals);
        Lanes<JobRow> lanes = new Lanes<>(lines, lines::refile, pace, clock::now, config.spillAfter());
        HostKeeper keeper = new HostKeeper(database.jdbi(), clock, () -> Announced.of(lanes.states()), elsewhere::look);
        lines.leaveNpuWhile(() -> !Announced.anyNpu(Announced.of(lanes.states())) && keeper.otherHasNpu());
        Admission admission = new Admission(now -> Optional.empty(), config, totals, pace, tokens);
        Endings endings = new Endings(config.keepInputs(), pace, tokens, told);
        Attempts attempts = new Attempts(endings, lanes, lines, told, settled, relay);
        Intake intake = new Intake(admission, totals, pace, lanes, endings, told, config.resultRetention());
        Modes modes = new Modes(admission);
        Upkeep upkeep = new Upkeep(attempts, endings, lines, modes, config.resultRetention());
        Session session = new Session(database, hostFile.key(), version, clock, keeper, config.resultRetention());
        Writer writer = new Writer(
                new Writer.Parts(current, totals, lines, modes, intake, attempts, upkeep, keeper, bell, told, clock),
                session,
                fatal);
        Listener listener = new Listener(database, bell.channel(), who -> {
            if (session.isFor(who)) {
                writer.look();
                elsewhere.look(session.hostId());
            } else {
                relay.heard(who, session.hostId());
            }
        });
        keeper.onLost(writer::findOut);
        session.join(attempts);
        Checkpointer checkpointer = new Checkpointer(config.dataDir(), session, database.jdbi(), clock);
        CheckpointTimer checkpoints = new CheckpointTimer(checkpointer::write);
        checkpoints.start();
        writer.start();
        keeper.start();
        listener.start();
        return new Opened(
                hostFile,
                database,
                admission,
                intake,
                attempts,
                lines,
                lanes,
                modes,
                upkeep,
                pace,
                told.feed(),
                () -> {
                    if (!keeper.others().isEmpty()) {
                        elsewhere.look(session.hostId());
                    }
                },
                relay,
                totals,
                settled,
                clock,
                readers,
                writer,
                keeper,
                listener,
                checkpoints);
    }

    /** Closes all of them, the writer first. Closing twice is harmless, and so is closing after the writer has given up. */
    void close() {
        try {
            if (!writer.close()) {
                return;
            }
            readers.close();
            relay.close();
            listener.close();
            checkpoints.close();
            keeper.stop();
            database.close();
            hostFile.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new QueueUnavailableException("closing the queue was interrupted; nothing acknowledged is lost", e);
        }
    }
}
