package io.npuq.scheduler.postgres;

import io.npuq.scheduler.LogLine;
import io.npuq.scheduler.LogSource;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.scheduler.audit.HostLog;
import io.npuq.schema.config.StoreConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.ResultIterator;
import org.jspecify.annotations.Nullable;

/**
 * The request logs of all hosts, as they stood at one moment: what hosts write meanwhile is not seen, and waits for nothing. Changes nothing.
 * As one log, its entries come by their times, whoever wrote them.
 */
public final class StoreLog implements LogSource, AutoCloseable {
    /** Rows that are fetched at once: all that is held of a log of any length. */
    private static final int FETCHED = 2_000;

    private final Handle handle;
    private final String url;

    private StoreLog(Handle handle, String url) {
        this.handle = handle;
        this.url = url;
    }

    /**
     * Those of that store.
     *
     * @throws QueueUnavailableException saying what is wrong with it, and what to do
     */
    public static StoreLog open(StoreConfig store) {
        return new StoreLog(Database.snapshot(store), store.url());
    }

    /**
     * A host that has a log.
     *
     * @param id its number
     * @param name what it calls itself
     */
    public record Host(int id, String name) {
        @Override
        public String toString() {
            return "host " + id + " (" + name + ")";
        }
    }

    /**
     * An entry as its row has it.
     *
     * @param host whose log
     * @param seq its place there
     * @param job what it is about; null for the queue as a whole
     * @param line what its hash is over, as UTF-8
     */
    record Row(int host, long seq, @Nullable UUID job, String line) {
        byte[] bytes() {
            return line.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** Who has a log there, by number. */
    public List<Host> hosts() {
        return asking(() -> handle.createQuery(
                        "SELECT c.host, h.name FROM chains AS c JOIN hosts AS h ON h.id = c.host ORDER BY c.host")
                .map((row, context) -> new Host(row.getInt("host"), row.getString("name")))
                .list());
    }

    /** The log of one of them, to be verified. */
    public HostLog of(Host host) {
        return asking(() -> {
            LogTable.End end = LogTable.end(handle, host.id());
            return new HostLog(
                    host.toString(),
                    CheckpointTable.of(handle, host.id()),
                    end.seq(),
                    end.head(),
                    taker -> verify(host, taker));
        });
    }

    /** The log of one of them alone. */
    public LogSource logOf(Host host) {
        return visitor -> {
            try (ResultIterator<Row> rows = LogTable.all(handle, host.id(), FETCHED)) {
                return give(rows, visitor);
            } catch (JdbiException e) {
                throw cannotBeRead(e);
            }
        };
    }

    @Override
    public long read(Visitor visitor) throws IOException {
        try (ResultIterator<LogLine> lines = LogTable.byTime(handle, FETCHED)) {
            long read = 0;
            while (lines.hasNext()) {
                visitor.line(lines.next());
                read++;
            }
            return read;
        } catch (JdbiException e) {
            throw cannotBeRead(e);
        }
    }

    /** Looks at what all hosts together wrote of each job. */
    JobAgreement agreement() {
        JobAgreement agreement = new JobAgreement();
        return asking(() -> {
            try (ResultIterator<Row> rows = LogTable.byJob(handle, FETCHED)) {
                while (rows.hasNext() && agreement.take(rows.next())) {
                    // Each is taken as it comes.
                }
                agreement.end();
                return agreement;
            }
        });
    }

    @Override
    public void close() {
        handle.close();
    }

    private void verify(Host host, HostLog.Taker taker) {
        try (ResultIterator<Row> rows = LogTable.all(handle, host.id(), FETCHED)) {
            boolean more = true;
            while (more && rows.hasNext()) {
                Row row = rows.next();
                String where = host + ", row " + row.seq();
                more = LogTable.isFiledRight(row) ? taker.take(row.bytes(), where) : misfiled(taker, where);
            }
        } catch (JdbiException e) {
            throw cannotBeRead(e);
        }
    }

    private static boolean misfiled(HostLog.Taker taker, String where) {
        taker.unreadable(where, "its row names another number or another job than its line");
        return false;
    }

    private static long give(Iterator<Row> rows, Visitor visitor) throws IOException {
        long read = 0;
        while (rows.hasNext()) {
            Row row = rows.next();
            visitor.line(LogLine.ofHost(row.host(), row.seq(), row.bytes(), 0));
            read++;
        }
        return read;
    }

    private interface Asking<T> {
        T ask() throws IOException;
    }

    private <T> T asking(Asking<T> asking) {
        try {
            return asking.ask();
        } catch (JdbiException e) {
            throw cannotBeRead(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private QueueUnavailableException cannotBeRead(JdbiException e) {
        return new QueueUnavailableException(
                "the request log in the store " + url + " cannot be read to its end: " + StoreFailure.message(e), e);
    }
}
