package io.npuq.launcher.it;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** A PostgreSQL that hosts share, as safe as one that is in use; it can be killed and started again. */
final class SharedStore implements AutoCloseable {
    private final Path directory;
    private EmbeddedPostgres server;

    private SharedStore(Path directory, EmbeddedPostgres server) {
        this.directory = directory;
        this.server = server;
    }

    /** Starts one that keeps its files there. */
    static SharedStore in(Path directory) throws IOException {
        return new SharedStore(directory, start(directory, 0));
    }

    private static EmbeddedPostgres start(Path directory, int port) throws IOException {
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(directory)
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on");
        return (port == 0 ? builder : builder.setPort(port)).start();
    }

    /** What {@code --store} is given. */
    String url() {
        return "postgresql://postgres@localhost:" + server.getPort() + "/postgres";
    }

    /** Kills it with {@code kill -9}, and waits until its children, who see that, have ended. */
    void kill() throws IOException {
        String pid = Files.readAllLines(directory.resolve("postmaster.pid")).get(0);
        ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        List<ProcessHandle> children = postmaster.children().toList();
        new Child(postmaster).kill();
        children.forEach(child -> child.onExit().join());
    }

    /** Starts it again, on what is on disk. */
    void startAgain() throws IOException {
        int port = server.getPort();
        server.close();
        server = start(directory, port);
    }

    /** The one number that this asks for. */
    long number(String sql) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
