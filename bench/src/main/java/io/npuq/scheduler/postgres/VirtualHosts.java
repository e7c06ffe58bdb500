package io.npuq.scheduler.postgres;

import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.common.Line;
import io.npuq.scheduler.journal.Change;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobError;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.JobState;
import io.npuq.schema.Lane;
import io.npuq.schema.RouteReason;
import io.npuq.schema.config.QueueConfig;
import io.npuq.schema.config.StoreConfig;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Many hosts on one PostgreSQL, without their processes: each joins, has a chain, a lease and sums of its own, and with every turn ends the job
 * that it runs and takes the next one in one transaction, by the very statements that a host makes. A few connections take the hosts in turn,
 * so what is measured is what the store does, not a thousand idle processes. The jobs that wait are made by the server itself.
 *
 * <p>Arguments: URL of a database of which nothing is needed (its tables are made anew), hosts, jobs queued, seconds. By default
 * 100 hosts, 100,000 jobs, 10 s; the full size is 1000 10000000 60.
 */
public final class VirtualHosts {
    private static final PrintStream OUT =
            new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    private static final Duration LEASE = Duration.ofHours(1);
    private static final int CONNECTIONS = 5;
    private static final int FILLED_AT_ONCE = 500_000;
    private static final int ASKED = 20;
    private static final List<Line> LINES = List.of(Line.values());

    private final Database database;
    private final Histogram turns = new ConcurrentHistogram(3);

    private VirtualHosts(Database database) {
        this.database = database;
    }

    /** A host: where its log ends, and what it runs. */
    private static final class Host {
        private final HostTable.Joined joined;
        private LogTable.End end;
        private @Nullable JobRow runs;

        Host(HostTable.Joined joined, LogTable.End end) {
            this.joined = joined;
            this.end = end;
        }
    }

    /** Runs it and prints what was seen. */
    public static void main(String[] args) throws Exception {
        int hosts = args.length > 1 ? Integer.parseInt(args[1]) : 100;
        int queued = args.length > 2 ? Integer.parseInt(args[2]) : 100_000;
        Duration time = Duration.ofSeconds(args.length > 3 ? Long.parseLong(args[3]) : 10);
        StoreConfig store =
                new StoreConfig(args[0], Optional.ofNullable(System.getenv("NPUQ_STORE_PASSWORD")), "bench");
        try (Database database = Database.open(store)) {
            database.jdbi().useHandle(handle -> {
                handle.execute("DROP SCHEMA public CASCADE");
                handle.execute("CREATE SCHEMA public");
            });
        }
        submitOne(store);
        try (Database database = Database.open(store)) {
            new VirtualHosts(database).run(hosts, queued, time);
        }
    }

    /** By the real queue: it is what all others are made from. */
    private static void submitOne(StoreConfig store) throws Exception {
        Path own = Files.createTempDirectory("npuq-bench");
        try (JobQueue queue = PostgresJobQueue.open(
                QueueConfig.in(own),
                store,
                "bench",
                System::nanoTime,
                failure -> {
                    throw new IllegalStateException("the queue gave up", failure);
                },
                QueueObserver.NONE)) {
            queue.submit(JobRequest.bounded(JobKind.TITLE, "The mail server in Osaka is slow since noon."))
                    .toCompletableFuture()
                    .get();
        }
    }

    private void run(int count, int queued, Duration time) throws Exception {
        long began = System.nanoTime();
        fill(queued);
        OUT.printf(Locale.ROOT, "%,d jobs queued in %.0f s, %s%n", queued, seconds(began), size());
        BlockingQueue<Host> hosts = new LinkedBlockingQueue<>();
        for (int i = 0; i < count; i++) {
            hosts.add(join("virtual-" + i));
        }
        List<Host> all = List.copyOf(hosts);
        work(hosts, Duration.ofSeconds(2));
        turns.reset();
        work(hosts, time);
        OUT.printf(
                Locale.ROOT,
                "%,d hosts in turn over %d connections: %,.0f jobs a second, each ended and the next taken; p50 %.2f ms  p99 %.2f ms%n",
                count,
                CONNECTIONS,
                turns.getTotalCount() / (double) time.toSeconds(),
                turns.getValueAtPercentile(50) / 1e6,
                turns.getValueAtPercentile(99) / 1e6);
        asked("one heartbeat", handle -> HostTable.beat(handle, all.get(0).joined, LEASE, "[]"));
        asked("who else is there, once a second a host", handle -> HostTable.others(handle, 1));
        asked("the sums of all hosts, four times a second a busy host", LogTable::counts);
        asked("the first of each line", handle -> JobTable.firstOfEach(handle, LINES));
    }

    /** Lets the hosts have their turns for that time. */
    private void work(BlockingQueue<Host> hosts, Duration time) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        long until = System.nanoTime() + time.toNanos();
        List<CompletableFuture<Void>> ends = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            ends.add(CompletableFuture.runAsync(() -> turns(hosts, until), threads));
        }
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get();
        threads.shutdown();
    }

    private void turns(BlockingQueue<Host> hosts, long untilNanos) {
        while (System.nanoTime() < untilNanos) {
            Host host = hosts.remove();
            long began = System.nanoTime();
            database.jdbi().useTransaction(handle -> turn(handle, host));
            turns.recordValue(System.nanoTime() - began);
            hosts.add(host);
        }
    }

    /** What a busy host does in a transaction. */
    private static void turn(Handle handle, Host host) {
        Instant now = HostTable.now(handle).truncatedTo(ChronoUnit.MICROS);
        Tx tx = new Tx(handle, now, host.joined.id(), host.end, Map.of());
        JobRow ran = host.runs;
        if (ran != null) {
            end(tx, ran);
        }
        JobRow next = JobTable.firstOfEach(handle, LINES).get(0);
        if (JobTable.start(handle, next, now, Lane.CPU, host.joined.id()).isEmpty()) {
            throw new IllegalStateException("a job that was locked has moved");
        }
        JobRow started =
                new RowChange(next).started(now, Lane.CPU, host.joined.id()).row();
        tx.record(next.id(), new Change.Started(started.attempt(), Lane.CPU, RouteReason.WITHIN_LIMIT));
        tx.moved(next, started);
        if (!tx.append()) {
            throw new IllegalStateException("a host was given up");
        }
        host.runs = started;
        host.end = tx.end();
    }

    private static void end(Tx tx, JobRow ran) {
        JobError error = new JobError(ErrorCode.GENERATION_FAILED, "an empty engine");
        Change.Ended change = new Change.Ended(JobState.FAILED, ran.attempt(), error, null, null, null);
        JobRow ended =
                new RowChange(ran).ended(change, tx.now(), OptionalInt.empty()).row();
        if (JobTable.lock(tx.handle(), ran.id()).isEmpty() || JobTable.end(tx.handle(), ran, ended, null, false) != 1) {
            throw new IllegalStateException("a job that ran has moved");
        }
        tx.record(ran.id(), change);
        tx.moved(ran, ended);
    }

    private Host join(String name) {
        return database.jdbi().inTransaction(handle -> {
            HostTable.Joined joined = HostTable.join(handle, UUID.randomUUID(), name, "bench", LEASE);
            return new Host(joined, LogTable.end(handle, joined.id()));
        });
    }

    private void fill(int queued) {
        for (int from = 1; from <= queued; from += FILLED_AT_ONCE) {
            int to = Math.min(queued, from + FILLED_AT_ONCE - 1);
            for (String statement : filling(from, to)) {
                sql(statement);
            }
        }
        sql("ANALYZE jobs");
        sql("CHECKPOINT");
    }

    private static List<String> filling(int from, int to) {
        String ids = "CAST(lpad(to_hex(n), 32, '0') AS uuid)";
        String one = "(SELECT * FROM jobs WHERE state = 'queued' ORDER BY id DESC LIMIT 1) AS one";
        String range = "generate_series(" + from + ", " + to + ") AS n";
        return List.of(
                "INSERT INTO inputs (job, salted) SELECT " + ids + ", salted FROM " + one + " JOIN inputs ON job = id, "
                        + range,
                "INSERT INTO jobs (id, kind, state, priority, device, max_new_tokens, input_chars, input_bytes, line, origin, due, created_at)"
                        + " SELECT " + ids
                        + ", kind, state, priority, device, max_new_tokens, input_chars, input_bytes, line, origin,"
                        + " due + n, created_at FROM " + one + ", " + range,
                "INSERT INTO counts AS c (host, name, amount) SELECT origin, name, amount FROM " + one
                        + ", LATERAL (VALUES ('jobs/queued/' || priority, " + (to - from + 1L) + "), ('line/' || line, "
                        + (to - from + 1L) + "), ('queued_bytes', " + (to - from + 1L)
                        + " * input_bytes)) AS sums (name, amount)"
                        + " ON CONFLICT (host, name) DO UPDATE SET amount = c.amount + excluded.amount");
    }

    private String size() {
        return database.jdbi()
                .withHandle(handle -> handle.select("SELECT pg_size_pretty(pg_database_size(current_database()))")
                        .mapTo(String.class)
                        .one());
    }

    /** Not by the pool's connections: such a statement may take longer than any of a queue does. */
    private void sql(String statement) {
        try (Handle handle = unhurried()) {
            handle.execute(statement);
        }
    }

    private Handle unhurried() {
        StoreConfig store = database.config();
        return Jdbi.open(
                store.jdbcUrl(), store.user().orElse(""), store.password().orElse(""));
    }

    private interface Question {
        Object ask(Handle handle);
    }

    private void asked(String what, Question question) {
        Histogram micros = new Histogram(3);
        database.jdbi().useHandle(handle -> {
            for (int i = 0; i < ASKED; i++) {
                long began = System.nanoTime();
                Object unused = question.ask(handle);
                micros.recordValue((System.nanoTime() - began) / 1_000);
            }
        });
        OUT.printf(Locale.ROOT, "%-56s p50 %.2f ms%n", what, micros.getValueAtPercentile(50) / 1e3);
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }
}
