package io.npuq.launcher.batch;

/** One document cannot be done; the others go on. */
final class DocumentException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    DocumentException(Failure failure) {
        super(failure.message());
        this.failure = failure;
    }

    DocumentException(String code, String message) {
        this(new Failure(code, message));
    }

    Failure failure() {
        return failure;
    }
}
