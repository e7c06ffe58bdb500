package io.npuq.schema.config;

import io.npuq.schema.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The server.
 *
 * @param host address to bind
 * @param port port to bind; 0 takes a free one
 * @param allowedHosts names besides the local ones that a {@code Host} header may carry
 * @param contractFallback whether the worker contract answers 200 when another device than the NPU ran the job
 * @param keys who may ask; empty when everyone may who reaches the port
 * @param tls with what the server proves who it is; empty for plain HTTP
 */
public record HttpConfig(
        String host,
        int port,
        Set<String> allowedHosts,
        boolean contractFallback,
        List<ApiKey> keys,
        Optional<TlsConfig> tls) {
    private static final int PORT_MAX = 65_535;

    /** Checks the port. */
    public HttpConfig {
        allowedHosts = Set.copyOf(allowedHosts);
        keys = List.copyOf(keys);
        if (port < 0 || port > PORT_MAX) {
            throw new InvalidInputException("port", "port is " + port + "; it must be from 0 to " + PORT_MAX);
        }
    }

    /** A server that wants no keys and speaks plain HTTP. */
    public HttpConfig(String host, int port, Set<String> allowedHosts, boolean contractFallback) {
        this(host, port, allowedHosts, contractFallback, List.of(), Optional.empty());
    }

    /** The same for holders of these keys alone. */
    public HttpConfig withKeys(List<ApiKey> others) {
        return new HttpConfig(host, port, allowedHosts, contractFallback, others, tls);
    }

    /** The same over TLS. */
    public HttpConfig withTls(TlsConfig files) {
        return new HttpConfig(host, port, allowedHosts, contractFallback, keys, Optional.of(files));
    }
}
