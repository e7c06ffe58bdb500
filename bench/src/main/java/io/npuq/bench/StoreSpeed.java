package io.npuq.bench;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.npuq.scheduler.Claim;
import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueObserver;
import io.npuq.scheduler.Submission;
import io.npuq.scheduler.postgres.PostgresJobQueue;
import io.npuq.schema.ErrorCode;
import io.npuq.schema.JobError;
import io.npuq.schema.JobKind;
import io.npuq.schema.JobRequest;
import io.npuq.schema.Lane;
import io.npuq.schema.Outcome;
import io.npuq.schema.config.QueueConfig;
import io.npuq.schema.config.StoreConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * The queue that hosts share, without HTTP, and db-scheduler beside it on the same PostgreSQL: how fast many callers, each of whom waits for
 * its answer, submit; and how fast one worker runs jobs that do nothing, with few and with many queued.
 *
 * <p>Arguments: URL of a database of which nothing is needed (its tables are made anew), jobs, callers, jobs queued for the last part.
 */
public final class StoreSpeed {
    /** Seldom: the two cores are for those that are measured. */
    private static final long LOOK_EVERY_NANOS = 1_000_000;

    private static final String INPUT = "The mail server in Osaka is slow since noon. ".repeat(22);
    private static final Outcome EMPTY =
            new Outcome.Failed(new JobError(ErrorCode.GENERATION_FAILED, "an empty engine"), Optional.empty());

    private final StoreConfig store;
    private final HikariDataSource data;
    private final int jobs;
    private final int callers;
    private final int depth;

    private StoreSpeed(String[] args) {
        store = new StoreConfig(args[0], Optional.ofNullable(System.getenv("NPUQ_STORE_PASSWORD")), "bench");
        jobs = Integer.parseInt(args[1]);
        callers = Integer.parseInt(args[2]);
        depth = Integer.parseInt(args[3]);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(store.jdbcUrl());
        store.user().ifPresent(config::setUsername);
        store.password().ifPresent(config::setPassword);
        config.setMaximumPoolSize(callers);
        data = new HikariDataSource(config);
    }

    /** One that is asked for by a caller, and has it on record when it returns. */
    private interface Call {
        void make(long number) throws Exception;
    }

    /** Runs it and prints a table. */
    public static void main(String[] args) throws Exception {
        StoreSpeed speed = new StoreSpeed(args);
        speed.sql("DROP SCHEMA public CASCADE", "CREATE SCHEMA public");
        speed.queue();
        speed.sql("DROP SCHEMA public CASCADE", "CREATE SCHEMA public");
        speed.dbScheduler();
        speed.data.close();
    }

    private void queue() throws Exception {
        Path own = Files.createTempDirectory("npuq-bench");
        QueueConfig config = QueueConfig.in(own).withQueuedJobsMax(100_000_000);
        try (JobQueue queue = PostgresJobQueue.open(
                config,
                store,
                "bench",
                System::nanoTime,
                failure -> {
                    throw new IllegalStateException("the queue gave up", failure);
                },
                QueueObserver.NONE)) {
            JobRequest request = JobRequest.bounded(JobKind.TITLE, INPUT);
            Call submit = number -> {
                if (!(queue.submit(request).toCompletableFuture().get() instanceof Submission.Accepted)) {
                    throw new IllegalStateException("refused");
                }
            };
            submit("npuq: warm-up submit", jobs / 4, submit);
            submit("npuq: submit", jobs, submit);
            run("npuq: warm-up take and finish", queue, jobs / 10);
            run("npuq: take and finish", queue, jobs / 4);
            fill();
            run("npuq: the same, " + depth + " queued", queue, jobs / 4);
        }
    }

    private void dbScheduler() throws Exception {
        sql(
                """
                CREATE TABLE scheduled_tasks (
                    task_name text NOT NULL, task_instance text NOT NULL, task_data bytea, execution_time timestamptz NOT NULL,
                    picked boolean NOT NULL, picked_by text, last_success timestamptz, last_failure timestamptz, consecutive_failures int,
                    last_heartbeat timestamptz, version bigint NOT NULL, priority smallint, PRIMARY KEY (task_name, task_instance))
                """,
                "CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time)",
                "CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)");
        AtomicLong ran = new AtomicLong();
        OneTimeTask<String> task =
                Tasks.oneTime("title", String.class).execute((instance, context) -> ran.incrementAndGet());
        SchedulerClient client = SchedulerClient.Builder.create(data, task).build();
        Instant due = Instant.EPOCH;
        Call submit = number -> {
            boolean unused = client.scheduleIfNotExists(task.instance(Long.toString(number), INPUT), due);
        };
        submit("db-scheduler: warm-up submit", jobs / 4, number -> submit.make(-1 - number));
        submit("db-scheduler: submit", jobs, submit);
        Scheduler scheduler = Scheduler.create(data, task)
                .threads(1)
                .pollUsingLockAndFetch(100, 1_000)
                .pollingInterval(Duration.ofMillis(10))
                .build();
        int counted = jobs / 4;
        scheduler.start();
        await(ran, jobs / 10);
        long from = ran.get();
        long began = System.nanoTime();
        await(ran, from + counted);
        print("db-scheduler: one thread, poll by lock and fetch", ran.get() - from, began, new Histogram(3));
        scheduler.stop();
    }

    private static void await(AtomicLong count, long wanted) {
        while (count.get() < wanted) {
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    private void submit(String what, int count, Call call) throws Exception {
        Histogram latency = new ConcurrentHistogram(3);
        AtomicLong next = new AtomicLong();
        List<CompletableFuture<Void>> done = new ArrayList<>();
        CountDownLatch ready = new CountDownLatch(callers);
        CountDownLatch go = new CountDownLatch(1);
        for (int i = 0; i < callers; i++) {
            CompletableFuture<Void> end = new CompletableFuture<>();
            done.add(end);
            new Thread(() -> {
                        try {
                            ready.countDown();
                            go.await();
                            for (long number = next.getAndIncrement();
                                    number < count;
                                    number = next.getAndIncrement()) {
                                long asked = System.nanoTime();
                                call.make(number);
                                latency.recordValue(System.nanoTime() - asked);
                            }
                            end.complete(null);
                        } catch (Exception e) {
                            end.completeExceptionally(e);
                        }
                    })
                    .start();
        }
        ready.await();
        long began = System.nanoTime();
        go.countDown();
        CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).get();
        print(what + ", " + callers + " callers", count, began, latency);
    }

    /** The answer of a job is on its way to disk while the next is taken, as a lane does it. */
    private static void run(String what, JobQueue queue, int count) throws Exception {
        Histogram takes = new Histogram(3);
        CompletableFuture<?> last = CompletableFuture.completedFuture(null);
        long began = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long asked = System.nanoTime();
            Claim claim = queue.take(Lane.CPU).toCompletableFuture().get().orElseThrow();
            takes.recordValue(System.nanoTime() - asked);
            last = queue.finish(claim, EMPTY).toCompletableFuture();
        }
        last.get();
        print(what, count, began, takes);
    }

    /** Queues as many more as are wanted, made by the server itself from one that waits; the request log does not know of them. */
    private void fill() throws SQLException {
        sql(
                """
                CREATE TEMP TABLE one AS SELECT * FROM jobs WHERE state = 'queued' LIMIT 1
                """,
                """
                INSERT INTO jobs (id, kind, state, priority, device, max_new_tokens, input_chars, input_bytes, line, origin, due, created_at)
                SELECT CAST(lpad(to_hex(n), 32, '0') AS uuid), kind, state, priority, device, max_new_tokens, input_chars, input_bytes, line,
                    origin, due + n, created_at
                FROM one, generate_series(1, MANY) AS n
                """.replace("MANY", Integer.toString(depth)),
                """
                INSERT INTO inputs (job, salted)
                SELECT CAST(lpad(to_hex(n), 32, '0') AS uuid), salted FROM one JOIN inputs ON job = id, generate_series(1, MANY) AS n
                """.replace("MANY", Integer.toString(depth)),
                """
                INSERT INTO counts AS c (host, name, amount)
                SELECT origin, name, amount FROM one,
                    LATERAL (VALUES ('jobs/queued/' || priority, MANY), ('line/' || line, MANY), ('queued_bytes', MANY * input_bytes))
                        AS sums (name, amount)
                ON CONFLICT (host, name) DO UPDATE SET amount = c.amount + excluded.amount
                """.replace("MANY", Integer.toString(depth)),
                "DROP TABLE one",
                "ANALYZE jobs",
                "CHECKPOINT");
    }

    private void sql(String... statements) throws SQLException {
        try (Connection connection = data.getConnection();
                Statement statement = connection.createStatement()) {
            for (String text : statements) {
                boolean unused = statement.execute(text);
            }
        }
    }

    private static void print(String what, long count, long began, Histogram latency) {
        double seconds = (System.nanoTime() - began) / 1e9;
        String times = latency.getTotalCount() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "   p50 %.2f ms  p99 %.2f ms",
                        latency.getValueAtPercentile(50) / 1e6,
                        latency.getValueAtPercentile(99) / 1e6);
        Benches.OUT.printf(Locale.ROOT, "%-48s %,9d jobs %,9.0f /s%s%n", what, count, count / seconds, times);
    }
}
