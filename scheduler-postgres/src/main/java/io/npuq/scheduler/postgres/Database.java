package io.npuq.scheduler.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import io.npuq.scheduler.QueueUnavailableException;
import io.npuq.schema.config.StoreConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Handles;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/** Connections to the store: found fit to keep a queue when they are opened, and bounded in number and patience. */
final class Database implements AutoCloseable {
    private static final int CONNECTIONS_MAX = 6;
    private static final int CONNECT_SECONDS_MAX = 3;

    /** No statement of ours takes this long on a server that lives: what does is broken, or half open. */
    private static final int ANSWER_SECONDS_MAX = 20;

    private static final long POOL_WAIT_MS = 4_000;

    /**
     * A host that loses the network leaves connections that the server believes in for hours, with the locks of what was under way, such as
     * that on the end of its log, for which all who would give it up wait. The server ends them soon instead.
     */
    private static final String LET_GO_SOON =
            "SET idle_in_transaction_session_timeout = '5s'; SET tcp_user_timeout = '15s';"
                    + " SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";

    private final StoreConfig config;
    private final HikariDataSource pool;
    private final Jdbi jdbi;

    private Database(StoreConfig config, HikariDataSource pool) {
        this.config = config;
        this.pool = pool;
        this.jdbi = Jdbi.create(pool)
                .registerArrayType(UUID.class, "uuid")
                .registerRowMapper(JobRow.class, new JobRowMapper());
        // Texts are among what statements are given.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
        // A transaction whose handle is closed is rolled back by the pool.
        jdbi.getConfig(Handles.class).setForceEndTransactions(false);
    }

    /**
     * Connects, has the tables made or brought up to date, and looks at the server's settings.
     *
     * @throws QueueUnavailableException naming the store, what is wrong and what to do
     */
    static Database open(StoreConfig config) {
        HikariDataSource pool = pool(config);
        try {
            Database database = new Database(config, pool);
            database.jdbi.useHandle(database::check);
            migrate(pool);
            return database;
        } catch (QueueUnavailableException e) {
            pool.close();
            throw e;
        } catch (FlywayException | JdbiException e) {
            pool.close();
            throw unavailable(config, "its tables cannot be made or brought up to date: " + oneLine(e), e);
        }
    }

    /** What the store is, where it is fit to keep a queue. */
    static String probe(StoreConfig config) {
        try (Database database = new Database(config, pool(config))) {
            database.jdbi.useHandle(database::check);
            return database.jdbi.withHandle(
                    handle -> handle.select("SELECT 'PostgreSQL ' || current_setting('server_version')")
                            .mapTo(String.class)
                            .one());
        }
    }

    Jdbi jdbi() {
        return jdbi;
    }

    StoreConfig config() {
        return config;
    }

    /**
     * A connection of its own that sees the queue as it is now, however long that is read, and changes nothing.
     *
     * @throws QueueUnavailableException naming the store, what is wrong and what to do
     */
    static Handle snapshot(StoreConfig config) {
        Properties properties = properties(config);
        // What reads all of a long log waits long for a first row of it in order.
        properties.setProperty("socketTimeout", "0");
        try {
            Handle handle = Jdbi.open(connect(config, properties));
            // It only reads: nothing is to be committed, and with the connection the transaction ends.
            handle.getConfig(Handles.class).setForceEndTransactions(false);
            try {
                handle.setReadOnly(true);
                handle.setTransactionIsolationLevel(TransactionIsolationLevel.REPEATABLE_READ);
                handle.begin();
                if (handle.select("SELECT to_regclass('checkpoints') IS NULL")
                        .mapTo(boolean.class)
                        .one()) {
                    throw unavailable(
                            config,
                            "it holds no queue, or one of an older npuq; \"npuq serve --store\" makes it or brings it up to date",
                            null);
                }
                return handle;
            } catch (RuntimeException e) {
                handle.close();
                throw e;
            }
        } catch (SQLException | JdbiException e) {
            throw unavailable(config, oneLine(e), e);
        }
    }

    /** A connection of its own, for one who listens. */
    Connection listening() throws SQLException {
        return connect(config, properties(config));
    }

    private static Connection connect(StoreConfig config, Properties properties) throws SQLException {
        config.user().ifPresent(user -> properties.setProperty("user", user));
        config.password().ifPresent(password -> properties.setProperty("password", password));
        return DriverManager.getConnection(config.jdbcUrl(), properties);
    }

    /** What hosts of this queue call each other by: a channel is seen in its whole database, a queue lies in one schema of it. */
    String channel() {
        return "npuq_"
                + jdbi.withHandle(handle -> handle.select("SELECT current_schema()")
                        .mapTo(String.class)
                        .one());
    }

    @Override
    public void close() {
        pool.close();
    }

    /** Settings by which an acknowledged job could be lost; also those of this role and this database. */
    void check(Handle handle) {
        refuse(handle, "fsync", "a crash of its machine can destroy all of it");
        refuse(handle, "synchronous_commit", "a crash of it loses jobs that were acknowledged");
        refuse(handle, "full_page_writes", "a crash of its machine can leave torn pages");
        if (handle.select("SELECT pg_is_in_recovery()").mapTo(boolean.class).one()) {
            throw unavailable(config, "it is a standby, which takes no writes; name the primary", null);
        }
    }

    private void refuse(Handle handle, String setting, String why) {
        String value = handle.select("SELECT current_setting(?)", setting)
                .mapTo(String.class)
                .one();
        if (value.equals("off")) {
            throw unavailable(
                    config,
                    setting + " is off there, so " + why + "; set it to on for the server, this database and this role",
                    null);
        }
    }

    private static void migrate(HikariDataSource pool) {
        Flyway.configure()
                .dataSource(pool)
                .locations("classpath:io/npuq/scheduler/postgres/migration")
                .table("npuq_migrations")
                .load()
                .migrate();
    }

    private static HikariDataSource pool(StoreConfig config) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("npuq-store");
        pool.setJdbcUrl(config.jdbcUrl());
        config.user().ifPresent(pool::setUsername);
        config.password().ifPresent(pool::setPassword);
        pool.setMaximumPoolSize(CONNECTIONS_MAX);
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(POOL_WAIT_MS);
        pool.setConnectionInitSql(LET_GO_SOON);
        pool.setDataSourceProperties(properties(config));
        try {
            return new HikariDataSource(pool);
        } catch (PoolInitializationException e) {
            throw unavailable(config, oneLine(e), e);
        }
    }

    /** What the URL does not say itself. */
    private static Properties properties(StoreConfig config) {
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "npuq " + config.hostName());
        properties.setProperty("connectTimeout", String.valueOf(CONNECT_SECONDS_MAX));
        properties.setProperty("socketTimeout", String.valueOf(ANSWER_SECONDS_MAX));
        properties.setProperty("tcpKeepAlive", "true");
        return properties;
    }

    private static QueueUnavailableException unavailable(StoreConfig config, String what, @Nullable Throwable cause) {
        String message = "the store " + config.url() + " cannot be used: " + what;
        return cause == null ? new QueueUnavailableException(message) : new QueueUnavailableException(message, cause);
    }

    /** The first line of the deepest cause: what the server or the network said. */
    private static String oneLine(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return List.of(String.valueOf(deepest.getMessage()).split("\n", 2)).get(0);
    }
}
