package io.npuq.schema.config;

import io.npuq.schema.InvalidInputException;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The server.
 *
 * @param host address to bind
 * @param port port to bind; 0 takes a free one
 * @param allowedHosts names besides the local ones that a {@code Host} header may carry
 * @param contractFallback whether the worker contract answers 200 when another device than the NPU ran the job
 * @param grpcPort port to bind for gRPC; 0 takes a free one, empty none
 */
public record HttpConfig(
        String host, int port, Set<String> allowedHosts, boolean contractFallback, OptionalInt grpcPort) {
    private static final int PORT_MAX = 65_535;

    /** Checks the ports. */
    public HttpConfig {
        allowedHosts = Set.copyOf(allowedHosts);
        check("port", port);
        grpcPort.ifPresent(given -> check("grpc_port", given));
    }

    /** Without gRPC. */
    public HttpConfig(String host, int port, Set<String> allowedHosts, boolean contractFallback) {
        this(host, port, allowedHosts, contractFallback, OptionalInt.empty());
    }

    private static void check(String name, int port) {
        InvalidInputException.check(
                port >= 0 && port <= PORT_MAX, name, name + " is " + port + "; it must be from 0 to " + PORT_MAX);
    }
}
