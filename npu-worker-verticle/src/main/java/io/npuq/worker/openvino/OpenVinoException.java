package io.npuq.worker.openvino;

/** OpenVINO answered with an error, or is not there. The message says which call, and OpenVINO's own text. */
public final class OpenVinoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** {@code INFER_CANCELLED} of {@code ov_status_e}. */
    static final int INFER_CANCELLED = -13;

    private final int status;

    OpenVinoException(String message, int status) {
        super(message);
        this.status = status;
    }

    OpenVinoException(String message, Throwable cause) {
        super(message, cause);
        this.status = 0;
    }

    /** Whether an inference ended because it was cancelled. */
    public boolean isCancelled() {
        return status == INFER_CANCELLED;
    }
}
