package io.npuq.launcher.config;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Who reaches the port may use the NPU and read results: without keys, that is this machine alone. */
final class LocalOnly {
    private LocalOnly() {}

    static void check(String host, boolean allowNonlocal, boolean wantsKeys) throws ConfigException {
        if (isLoopback(host)) {
            return;
        }
        if (!allowNonlocal) {
            throw new ConfigException("host is \"" + host
                    + "\", which other machines reach; it must be an address of this machine alone,"
                    + " such as 127.0.0.1 or ::1, unless you give --allow-nonlocal and API keys");
        }
        if (!wantsKeys) {
            throw new ConfigException("host is \"" + host
                    + "\" with --allow-nonlocal, which wants at least one API key: make one with \"npuq keys add NAME"
                    + " --api-keys-file FILE\", and give --api-keys-file FILE here");
        }
    }

    static boolean isLoopback(String host) throws ConfigException {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new ConfigException(
                    "host is \"" + host + "\", which is no address and no name that this machine knows; use 127.0.0.1",
                    e);
        }
    }
}
