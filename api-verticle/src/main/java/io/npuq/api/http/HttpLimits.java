package io.npuq.api.http;

import java.time.Duration;

/** Bounds of HTTP itself; those of jobs and bodies stand in {@link io.npuq.schema.Limits}. */
public final class HttpLimits {
    /** Longest request line, its path and query included, in bytes; longer is a 414. */
    public static final int REQUEST_LINE_BYTES_MAX = 4_096;

    /** All header lines of one request together, in bytes; more is a 431. */
    public static final int HEADER_BYTES_MAX = 16_384;

    /** All bodies together of which a part is here and the rest is not, in bytes; more is a 503. */
    public static final long BODIES_BYTES_MAX = 32L << 20;

    /** Piece in which a body is read, in bytes. */
    public static final int CHUNK_BYTES_MAX = 32_768;

    /** What is read and thrown away of a refused body, so that its sender gets to the answer; after that the connection closes. */
    public static final long DRAIN_BYTES_MAX = 16L << 20;

    /** How long a connection may do nothing, or take to send one request, before it is closed. */
    public static final Duration CONNECTION_IDLE_MAX = Duration.ofSeconds(60);

    /** How long open requests may take to end once the server stops listening. */
    public static final Duration STOP_GRACE = Duration.ofSeconds(2);

    /** Longest piece of a client's own text (a field's name, a path) that an error or a log line repeats, in characters. */
    public static final int ECHO_CHARS_MAX = 80;

    private HttpLimits() {}
}
