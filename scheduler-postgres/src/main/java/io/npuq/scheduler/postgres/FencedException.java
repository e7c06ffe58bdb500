package io.npuq.scheduler.postgres;

/** The others have given this host up: what it wanted to write was not written. */
final class FencedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FencedException() {
        super("this host was given up by the others");
    }
}
