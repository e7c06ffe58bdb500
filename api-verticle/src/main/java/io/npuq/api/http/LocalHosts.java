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
 * the header: so the header must name this machine, the address that was bound, or a host that the configuration lists. A page of
 * another origin can send requests all the same, but it cannot choose the {@code Origin} header either, which browsers add.
 */
public final class LocalHosts {
    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "[::]");
    private static final Pattern HOST_PORT = Pattern.compile("(\\[[0-9a-fA-F:.%]+]|[^:\\[\\]]+)(:[0-9]*)?");

    private static final Pattern ORIGIN = Pattern.compile("https?://(.*)");

    private final Set<String> listed;
    private final Set<String> allowed;

    /** Those of this configuration. */
    public LocalHosts(HttpConfig config) {
        allowed = new HashSet<>(LOCAL);
        if (!WILDCARDS.contains(config.host())) {
            allowed.add(bracketed(config.host()));
        }
        listed = config.allowedHosts().stream().map(LocalHosts::bracketed).collect(Collectors.toSet());
        allowed.addAll(listed);
    }

    /** Whether this header, with or without a port, names a host that is served. */
    public boolean serves(String hostHeader) {
        return names(hostHeader, allowed);
    }

    /**
     * Whether a page of this origin is one of this server's own: of the very host and port that are asked, or of a host that the
     * configuration lists, which is how a proxy before this server is known to browsers.
     */
    public boolean isOwn(String origin, String hostHeader) {
        Matcher parts = ORIGIN.matcher(origin);
        return parts.matches() && (parts.group(1).equalsIgnoreCase(hostHeader) || names(parts.group(1), listed));
    }

    private static boolean names(String hostAndPort, Set<String> hosts) {
        Matcher parts = HOST_PORT.matcher(hostAndPort);
        return parts.matches() && hosts.contains(parts.group(1).toLowerCase(Locale.ROOT));
    }

    private static String bracketed(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.contains(":") && !lower.startsWith("[") ? "[" + lower + "]" : lower;
    }
}
