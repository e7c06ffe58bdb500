package io.npuq.scheduler.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The index's H2 file. Commits are neither synced nor written at once: the journal is, and what the file lacks after a crash is read
 * from there: after a crash the file is not trusted at all ({@link TrustMarker}), and is built again.
 */
public final class IndexDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexDatabase.class);
    private static final String NAME = "index";
    private static final String TRUST = "index.trust";
    private static final int CACHE_KIB = 32 * 1024;

    /** Settings that the URL asks for, and what H2 must say of them: some have been known to be lost on the way. */
    private static final Map<String, String> SETTINGS = Map.of("WRITE_DELAY", "500", "DB_CLOSE_ON_EXIT", "FALSE");

    private final Path directory;
    private final TrustMarker marker;

    private IndexDatabase(Path directory, TrustMarker marker) {
        this.directory = directory;
        this.marker = marker;
    }

    /**
     * Opens the index in the directory, or makes an empty one where there is none that can be trusted. Where it goes to is told by
     * {@link JobIndex#appliedSeq()}.
     */
    public static IndexDatabase open(Path directory) throws IOException {
        TrustMarker marker = new TrustMarker(directory.resolve(TRUST));
        IndexDatabase database = new IndexDatabase(directory, marker);
        boolean trusted = marker.isTrusted();
        // Before H2 touches the file: whatever happens from here on, it must not be trusted again until it is closed.
        marker.open();
        if (!trusted || !database.isReadable()) {
            database.create();
        }
        return database;
    }

    /** Closes the index in the directory, in whatever state it is, so that the next {@link #open} makes a new one. */
    public static void discard(Path directory) throws IOException {
        IndexDatabase database = new IndexDatabase(directory, new TrustMarker(directory.resolve(TRUST)));
        database.shutDownAtOnce();
        database.marker.distrust();
    }

    private void shutDownAtOnce() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN IMMEDIATELY");
        } catch (SQLException | IndexException e) {
            // It is thrown away: not even its closing has to succeed.
            LOG.debug("closing the discarded index: {}", e.getMessage());
        }
    }

    private void create() {
        try {
            for (String file : List.of(NAME + ".mv.db", NAME + ".trace.db", NAME + ".mv.db.tempFile")) {
                Files.deleteIfExists(directory.resolve(file));
            }
        } catch (IOException e) {
            throw new IndexException("cannot remove the old index in " + directory, e);
        }
        JobIndex.call("create the index", () -> {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                statement.execute(Schema.CREATE);
                statement.execute("INSERT INTO applied VALUES (" + Schema.VERSION + ", 0)");
            }
            return true;
        });
    }

    /** The writer's side. */
    public JobIndex writer() {
        return JobIndex.call("open the index", () -> new JobIndex(connect()));
    }

    /** A reader's side. */
    public IndexReader reader() {
        return JobIndex.call("open the index", () -> new IndexReader(connect()));
    }

    /** Forces the file; from then on it is trusted, whatever happens to the machine. */
    @Override
    public void close() {
        JobIndex.call("close the index", () -> {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("CHECKPOINT SYNC");
                statement.execute("SHUTDOWN");
            }
            return true;
        });
        marker.closed();
    }

    private boolean isReadable() {
        boolean readable = saysItsVersion();
        if (!readable) {
            shutDownAtOnce();
        }
        return readable;
    }

    private boolean saysItsVersion() {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT version FROM applied")) {
            return found.next() && found.getInt(1) == Schema.VERSION && !found.next();
        } catch (SQLException e) {
            // Missing, damaged or of an older version: all three are cured by building it again.
            return false;
        }
    }

    private Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:h2:file:" + directory.resolve(NAME)
                + ";WRITE_DELAY=500;DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1;CACHE_SIZE=" + CACHE_KIB
                + ";TRACE_LEVEL_FILE=0");
        try (Statement statement = connection.createStatement();
                ResultSet found =
                        statement.executeQuery("SELECT setting_name, setting_value FROM information_schema.settings")) {
            while (found.next()) {
                String wanted = SETTINGS.get(found.getString(1));
                if (wanted != null && !wanted.equalsIgnoreCase(found.getString(2))) {
                    throw new IndexException("H2 runs with " + found.getString(1) + "=" + found.getString(2)
                            + " though " + wanted + " was asked for; use the H2 version that npuq ships");
                }
            }
        }
        return connection;
    }
}
