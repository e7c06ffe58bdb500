package io.npuq.scheduler.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hears the bells of other hosts, over a connection of its own; while that is lost, nothing is missed but time. */
final class Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Listener.class);
    private static final Duration WAIT = Duration.ofMillis(500);
    private static final Duration RECONNECT_AFTER = Duration.ofSeconds(1);

    private final Database database;
    private final String channel;
    private final Consumer<String> heard;
    private final Thread thread = new Thread(this::run, "queue-listener");
    private volatile @Nullable Connection listening;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * A listener that does not listen yet.
     *
     * @param heard told what was said, on the listener's thread
     */
    Listener(Database database, String channel, Consumer<String> heard) {
        this.database = database;
        this.channel = channel;
        this.heard = heard;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void close() throws InterruptedException {
        stopped.countDown();
        Connection connection = listening;
        if (connection != null) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("the connection could not be cut off: {}", StoreFailure.message(e));
            }
        }
        thread.join(WAIT.plus(RECONNECT_AFTER).toMillis());
    }

    private void run() {
        try {
            do {
                listenUntilLost();
            } while (!stopped.await(RECONNECT_AFTER.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void listenUntilLost() {
        try (Connection connection = database.listening();
                Statement statement = connection.createStatement()) {
            listening = connection;
            boolean unused = statement.execute("LISTEN \"" + channel + "\"");
            PGConnection bell = connection.unwrap(PGConnection.class);
            while (stopped.getCount() > 0) {
                PGNotification[] said = bell.getNotifications((int) WAIT.toMillis());
                for (PGNotification notification : said == null ? new PGNotification[0] : said) {
                    heard.accept(notification.getParameter());
                }
            }
        } catch (SQLException e) {
            LOG.debug("other hosts are not heard: {}", StoreFailure.message(e));
        }
    }
}
