package io.npuq.worker.openvino;

/** OpenVINO answered with an error, or is not there. The message says which call, and OpenVINO's own text. */
public final class OpenVinoException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OpenVinoException(String message) {
        super(message);
    }

    OpenVinoException(String message, Throwable cause) {
        super(message, cause);
    }
}
