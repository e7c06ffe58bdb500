package io.npuq.api.batch;

import java.time.Duration;

/** Bounds of files and batches. The first three and the window are OpenAI's; the others keep a small machine up. */
final class BatchLimits {
    /** Largest file. */
    static final long FILE_BYTES_MAX = 200L << 20;

    /** Most requests of one batch: lines of its file that are not blank. */
    static final int LINES_MAX = 50_000;

    /** What a form may hold besides its file. */
    static final long FORM_BYTES_MAX = 1L << 20;

    /** Longest time that a batch may be given. */
    static final Duration WINDOW_MAX = Duration.ofDays(7);

    /** Files at once. */
    static final int FILES_MAX = 10_000;

    /** Bytes of all files that clients sent, together. */
    static final long FILES_BYTES_MAX = 8L << 30;

    /** What must stay free on the disk: four times what the queue wants, which must go on when files no longer can. */
    static final long FREE_BYTES_MIN = 256L << 20;

    /** Files that are being sent at once. */
    static final int UPLOADS_MAX = 4;

    /** Longest name of a file, in characters. */
    static final int FILENAME_CHARS_MAX = 255;

    /** Longest {@code custom_id}, in characters; all of a file's are in memory while it is checked. */
    static final int CUSTOM_ID_CHARS_MAX = 256;

    /** Batches at once that have not ended; each holds some memory. */
    static final int OPEN_MAX = 16;

    /** Batches at once, ended or not. */
    static final int BATCHES_MAX = 10_000;

    /** Lines of one batch that are in the queue at once. */
    static final int OUTSTANDING_LINES_MAX = 64;

    /** Bytes of those lines, where there is more than one. */
    static final int OUTSTANDING_BYTES_MAX = 2 << 20;

    /** Problems of a file that are listed. */
    static final int PROBLEMS_MAX = 100;

    /** Lines that are worked through in one go, so that other batches get their turn. */
    static final int LINES_AT_ONCE = 200;

    /** How often batches look at the clock, and force to disk what they wrote. */
    static final Duration TICK = Duration.ofSeconds(1);

    /** Longest time until a line that the full queue did not take is offered again. */
    static final Duration REFUSED_WAIT_MAX = Duration.ofMinutes(1);

    /** After that long, a batch whose files could not be read or written is tried again. */
    static final Duration BROKEN_WAIT = Duration.ofSeconds(30);

    /** How long a file is kept that no batch uses. */
    static final Duration UNUSED_KEPT = Duration.ofDays(7);

    /** How long output stays at least, however short results are kept: a client must be able to fetch it. */
    static final Duration OUTPUT_KEPT_MIN = Duration.ofHours(1);

    /** How long a batch is listed after its end; its files go sooner. */
    static final Duration ENDED_KEPT = Duration.ofDays(7);

    /** How often what is too old is looked for. */
    static final Duration SWEEP_EVERY = Duration.ofHours(1);

    /** Shortest and longest lifetime of a file that a client may ask for; OpenAI's. */
    static final Duration EXPIRES_AFTER_MIN = Duration.ofHours(1);

    /** See {@link #EXPIRES_AFTER_MIN}. */
    static final Duration EXPIRES_AFTER_MAX = Duration.ofDays(30);

    private BatchLimits() {}
}
