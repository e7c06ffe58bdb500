package io.npuq.schema.config;

import io.npuq.schema.InvalidInputException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
 * @param grpcPort port to bind for gRPC; 0 takes a free one, empty none
 */
public record HttpConfig(
        String host,
        int port,
        Set<String> allowedHosts,
        boolean contractFallback,
        List<ApiKey> keys,
        Optional<TlsConfig> tls,
        OptionalInt grpcPort) {
    private static final int PORT_MAX = 65_535;

    /** Checks the ports. */
    public HttpConfig {
        allowedHosts = Set.copyOf(allowedHosts);
        keys = List.copyOf(keys);
        check("port", port);
        grpcPort.ifPresent(given -> check("grpc_port", given));
    }

    /** A server that wants no keys, speaks plain HTTP, and no gRPC. */
    public HttpConfig(String host, int port, Set<String> allowedHosts, boolean contractFallback) {
        this(host, port, allowedHosts, contractFallback, List.of(), Optional.empty(), OptionalInt.empty());
    }

    private static void check(String name, int port) {
        InvalidInputException.check(
                port >= 0 && port <= PORT_MAX, name, name + " is " + port + "; it must be from 0 to " + PORT_MAX);
    }

    /** The same for holders of these keys alone. */
    public HttpConfig withKeys(List<ApiKey> others) {
        return new HttpConfig(host, port, allowedHosts, contractFallback, others, tls, grpcPort);
    }

    /** The same over TLS. */
    public HttpConfig withTls(TlsConfig files) {
        return new HttpConfig(host, port, allowedHosts, contractFallback, keys, Optional.of(files), grpcPort);
    }

    /** The same with gRPC at this port. */
    public HttpConfig withGrpcPort(int other) {
        return new HttpConfig(host, port, allowedHosts, contractFallback, keys, tls, OptionalInt.of(other));
    }
}
