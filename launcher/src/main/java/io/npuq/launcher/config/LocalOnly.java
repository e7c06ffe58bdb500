package io.npuq.launcher.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Who reaches the port may use the NPU and read results: without keys, that is this machine alone. */
final class LocalOnly {
    private LocalOnly() {}

    static void check(String host, boolean allowNonlocal) throws ConfigException {
        if (isLoopback(host)) {
            return;
        }
        throw new ConfigException(
                allowNonlocal
                        ? "host is \"" + host
                                + "\" with --allow-nonlocal, which wants at least one API key, and this version"
                                + " of npuq has no API keys yet: use 127.0.0.1, with a reverse proxy that asks for one"
                        : "host is \"" + host
                                + "\", which other machines reach; it must be an address of this machine alone,"
                                + " such as 127.0.0.1 or ::1");
    }

    private static boolean isLoopback(String host) throws ConfigException {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new ConfigException(
                    "host is \"" + host + "\", which is no address and no name that this machine knows; use 127.0.0.1",
                    e);
        }
    }
}
