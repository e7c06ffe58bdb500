package io.npuq.api.http;

import io.npuq.schema.config.HttpConfig;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which {@code Host} headers are answered. A web page can point a name of its own at 127.0.0.1 (DNS rebinding), but it cannot choose
 * the header: so the header must name this machine, the address that was bound, or a host that the configuration lists.
 */
public final class LocalHosts {
    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "[::]");
    private static final Pattern HOST_PORT = Pattern.compile("(\\[[0-9a-fA-F:.%]+]|[^:\\[\\]]+)(:[0-9]*)?");

    private final Set<String> allowed;

    /** Those of this configuration. */
    public LocalHosts(HttpConfig config) {
        allowed = new HashSet<>(LOCAL);
        if (!WILDCARDS.contains(config.host())) {
            allowed.add(bracketed(config.host()));
        }
        allowed.addAll(config.allowedHosts().stream().map(LocalHosts::bracketed).collect(Collectors.toSet()));
    }

    /** Whether this header, with or without a port, names a host that is served. */
    public boolean serves(String hostHeader) {
        Matcher parts = HOST_PORT.matcher(hostHeader);
        return parts.matches() && allowed.contains(parts.group(1).toLowerCase(Locale.ROOT));
    }

    private static String bracketed(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.contains(":") && !lower.startsWith("[") ? "[" + lower + "]" : lower;
    }
}
