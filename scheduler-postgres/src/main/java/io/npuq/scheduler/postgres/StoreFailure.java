package io.npuq.scheduler.postgres;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a failure of the store means. Whatever is not known here is a bug of npuq. */
final class StoreFailure {
    /**
     * Connection lost or refused, resources short, shut down or starting, turned into a standby, a statement or lock that took too long, a
     * transaction in which nothing was heard of this host for too long.
     */
    private static final List<String> GONE =
            List.of("08", "53", "57", "58", "25006", "25P03", "55P03", "28000", "3D000");

    /** Two hosts waited for each other, and this one gave way. */
    private static final List<String> GAVE_WAY = List.of("40001", "40P01");

    private StoreFailure() {}

    /** Whether the store cannot be used for now: nothing is wrong with what was asked. */
    static boolean isGone(Throwable failure) {
        return is(failure, GONE) || find(failure, SQLTransientException.class) != null;
    }

    /** Whether the same is to be asked again at once. */
    static boolean gaveWay(Throwable failure) {
        return is(failure, GAVE_WAY);
    }

    /** What the server or the network said, in one line. */
    static String message(Throwable failure) {
        SQLException cause = find(failure, SQLException.class);
        return String.valueOf((cause == null ? failure : cause).getMessage()).split("\n", 2)[0];
    }

    private static boolean is(Throwable failure, List<String> states) {
        SQLException cause = find(failure, SQLException.class);
        String state = cause == null ? null : cause.getSQLState();
        return state != null && states.stream().anyMatch(state::startsWith);
    }

    private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}
