package io.npuq.scheduler;

/** Ends a {@link JobQueue#watch}. */
@FunctionalInterface
public interface Watch extends AutoCloseable {
    /** Nobody listens. */
    Watch NONE = () -> {};

    /** Tells the listener nothing more. Closing twice is harmless. */
    @Override
    void close();
}
