package io.npuq.schema.config;

import io.npuq.schema.InvalidInputException;
import java.util.Set;

/**
 * The server.
 *
 * @param host address to bind
 * @param port port to bind; 0 takes a free one
 * @param allowedHosts names besides the local ones that a {@code Host} header may carry
 * @param contractFallback whether the worker contract answers 200 when another device than the NPU ran the job
 */
public record HttpConfig(String host, int port, Set<String> allowedHosts, boolean contractFallback) {
    private static final int PORT_MAX = 65_535;

    /** Checks the port. */
    public HttpConfig {
        allowedHosts = Set.copyOf(allowedHosts);
        if (port < 0 || port > PORT_MAX) {
            throw new InvalidInputException("port", "port is " + port + "; it must be from 0 to " + PORT_MAX);
        }
    }
}
