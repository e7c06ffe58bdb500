package io.npuq.worker.process;

import java.io.IOException;

/** What came through the pipe is no frame, or what was to go through it does not fit one. Never holds what the frame said. */
final class FrameException extends IOException {
    private static final long serialVersionUID = 1L;

    FrameException(String message) {
        super(message);
    }
}
