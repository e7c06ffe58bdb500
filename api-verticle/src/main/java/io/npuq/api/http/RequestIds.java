package io.npuq.api.http;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code req_} and 24 hexadecimal digits: names a request in answers and log lines. It guards nothing, so any random will do. */
public final class RequestIds {
    /** The header that carries it, both ways. */
    public static final String HEADER = "X-Request-ID";

    private static final Pattern SHAPE = Pattern.compile("req_[0-9a-fA-F]{24}");
    private static final HexFormat HEX = HexFormat.of();
    private static final int LAST_DIGITS = 8;

    private RequestIds() {}

    /** The client's own where it is well formed, a new one otherwise. */
    public static String of(@Nullable String fromClient) {
        return fromClient != null && SHAPE.matcher(fromClient).matches() ? fromClient : next();
    }

    private static String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "req_" + HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong(), LAST_DIGITS);
    }
}
