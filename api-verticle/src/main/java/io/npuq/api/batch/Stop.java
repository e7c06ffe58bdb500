package io.npuq.api.batch;

/** Why no more lines run, as each line that has not run is told. */
enum Stop {
    EXPIRED(LineJson.EXPIRED, "This request could not be executed before the completion window expired."),
    CANCELLED(LineJson.CANCELLED, "This request was not executed, because its batch was cancelled.");

    private final String code;
    private final String message;

    Stop(String code, String message) {
        this.code = code;
        this.message = message;
    }

    /** For programs. */
    String code() {
        return code;
    }

    /** For people. */
    String message() {
        return message;
    }
}
