package io.npuq.launcher.batch;

/**
 * Why a document has no answer.
 *
 * @param code one word for scripts; the server's, where the failure is a job's
 * @param message one line for people, without a word of the document
 */
record Failure(String code, String message) {
    static final String NOT_TEXT = "not_text";
    static final String NOT_UTF8 = "not_utf8";
    static final String EMPTY = "empty";
    static final String TOO_LARGE = "too_large";
    static final String UNREADABLE = "unreadable";
    static final String BAD_CSV = "bad_csv";
    static final String PROMPT_TOO_LONG = "prompt_too_long";
    static final String NOT_SHORTER = "not_shorter";
    static final String REFUSED = "refused";
}
