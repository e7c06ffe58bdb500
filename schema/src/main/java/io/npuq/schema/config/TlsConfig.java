package io.npuq.schema.config;

import java.nio.file.Path;

/**
 * With what the server proves who it is.
 *
 * @param cert its certificate and those between it and its authority, in PEM
 * @param key the private key of the first one, in PEM
 */
public record TlsConfig(Path cert, Path key) {}
