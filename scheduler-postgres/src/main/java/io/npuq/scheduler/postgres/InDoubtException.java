package io.npuq.scheduler.postgres;

/** The connection was lost while a transaction was committed: nobody knows yet whether it was. */
final class InDoubtException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Tx transaction;

    InDoubtException(Tx transaction, Throwable cause) {
        super("the connection to the store was lost while a transaction was committed", cause);
        this.transaction = transaction;
    }

    Tx transaction() {
        return transaction;
    }
}
