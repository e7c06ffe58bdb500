package io.npuq.schema;

import java.time.Duration;

/** Every bound that a user can meet, with its unit in the name. The source of a number is the interface it belongs to. */
public final class Limits {
    /** Longest input of a bounded job, in Unicode code points. */
    public static final int INPUT_CHARS_MAX = 6_000;

    /** Most tokens that a bounded job may generate. */
    public static final int NEW_TOKENS_MAX = 256;

    /** Most tokens that a chat job may generate. */
    public static final int CHAT_NEW_TOKENS_MAX = 1_024;

    /** Most urgent priority. */
    public static final int PRIORITY_MIN = 0;

    /** Least urgent priority. */
    public static final int PRIORITY_MAX = 9;

    /** Priority of a synchronous call, where a client is waiting. */
    public static final int PRIORITY_SYNC = 2;

    /** Priority of a job that names none. */
    public static final int PRIORITY_DEFAULT = 5;

    /** Priority of a batch's line that names none. */
    public static final int PRIORITY_BATCH = 7;

    /** Farthest deadline, from the moment of submission. */
    public static final Duration DEADLINE_MAX = Duration.ofDays(7);

    /** Longest time that a job may be held back, from the moment of submission. */
    public static final Duration RUN_AFTER_MAX = Duration.ofDays(7);

    /** Longest idempotency key, in visible ASCII characters. */
    public static final int IDEMPOTENCY_KEY_CHARS_MAX = 200;

    /** Most entries of a job's metadata. */
    public static final int METADATA_ENTRIES_MAX = 16;

    /** Longest metadata key, in characters. */
    public static final int METADATA_KEY_CHARS_MAX = 64;

    /** Longest metadata value, in characters. */
    public static final int METADATA_VALUE_CHARS_MAX = 512;

    /** Most texts of an embedding job. */
    public static final int EMBEDDING_TEXTS_MAX = 2_048;

    /** Longest text of an embedding job, in Unicode code points; what is past the model's own limit is cut off. */
    public static final int EMBEDDING_CHARS_MAX = 65_536;

    /** Most numbers that the vectors of one embedding job may have in all: its texts times the model's dimensions. */
    public static final int EMBEDDING_NUMBERS_MAX = 1 << 20;

    /** Most messages of a chat job. */
    public static final int CHAT_MESSAGES_MAX = 256;

    /** Most tools of a chat job. */
    public static final int CHAT_TOOLS_MAX = 128;

    /** Most stop strings of one job. */
    public static final int STOP_STRINGS_MAX = 8;

    /** Longest stop string, in characters. */
    public static final int STOP_CHARS_MAX = 128;

    /** Largest JSON Schema of a response format, in bytes of compact JSON. */
    public static final int SCHEMA_BYTES_MAX = 65_536;

    /** Most schemas that a JSON Schema may consist of, each use of a {@code $ref} counted. */
    public static final int SCHEMA_NODES_MAX = 2_000;

    /** Deepest nesting of objects and arrays in a guided answer. */
    public static final int ANSWER_DEPTH_MAX = 16;

    /** Largest request body, in bytes. */
    public static final int BODY_BYTES_MAX = 1 << 20;

    /** Deepest nesting of a JSON body. */
    public static final int JSON_DEPTH_MAX = 64;

    /** Longest wait of {@code GET /v1/jobs/{id}?wait_ms=}. */
    public static final Duration WAIT_MAX = Duration.ofMinutes(1);

    /** Most jobs of one page of a listing. */
    public static final int PAGE_JOBS_MAX = 200;

    /** Jobs of a page when the client names no number. */
    public static final int PAGE_JOBS_DEFAULT = 50;

    /** Most often that a job is started; after that it fails with {@link ErrorCode#ATTEMPTS_EXHAUSTED}. */
    public static final int ATTEMPTS_MAX = 3;

    /** Jobs that may wait when the configuration names no number. */
    public static final int QUEUED_JOBS_MAX = 1_000_000;

    /** Engines that a job may take down in a row; after that it fails with {@link ErrorCode#ATTEMPTS_EXHAUSTED}. */
    public static final int ENGINE_LOSSES_MAX = 2;

    /** Bytes of input that may wait when the configuration names no number. */
    public static final long QUEUED_BYTES_MAX = 4L << 30;

    /** Bytes of journal, logs and texts, when the configuration names no number. */
    public static final long JOURNAL_BYTES_MAX = 64L << 30;

    private Limits() {}
}
