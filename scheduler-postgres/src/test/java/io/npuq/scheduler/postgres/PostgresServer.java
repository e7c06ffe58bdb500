package io.npuq.scheduler.postgres;

import io.npuq.scheduler.JobQueue;
import io.npuq.scheduler.QueueObserver;
import io.npuq.schema.config.QueueConfig;
import io.npuq.schema.config.StoreConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A PostgreSQL of the tests' own, started once; each test has a schema to itself. */
final class PostgresServer {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static final EmbeddedPostgres SERVER = start();

    private PostgresServer() {}

    private static EmbeddedPostgres start() {
        try {
            // A test is no less sure of what it sees: the settings that the queue insists on are the server's own.
            return EmbeddedPostgres.builder()
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setServerConfig("max_connections", "100")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A queue's place in it that nobody has used. */
    static StoreConfig schema() {
        String schema = "q" + SCHEMAS.incrementAndGet();
        execute("CREATE SCHEMA " + schema);
        return new StoreConfig(
                "postgresql://postgres@localhost:" + SERVER.getPort() + "/postgres?currentSchema=" + schema,
                Optional.empty(),
                "here");
    }

    /** The queue of a host by that name; the test fails when it gives up. */
    static JobQueue open(StoreConfig store, Path data, String name) {
        return PostgresJobQueue.open(
                QueueConfig.in(data),
                new StoreConfig(store.url(), store.password(), name),
                "test",
                System::nanoTime,
                failure -> {
                    throw new AssertionError("the queue gave up", failure);
                },
                QueueObserver.NONE);
    }

    static void execute(String sql) {
        try (Connection connection = DriverManager.getConnection(SERVER.getJdbcUrl("postgres", "postgres"));
                Statement statement = connection.createStatement()) {
            boolean unused = statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
