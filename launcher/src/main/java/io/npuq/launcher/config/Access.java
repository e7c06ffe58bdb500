package io.npuq.launcher.config;

import io.npuq.schema.config.HttpConfig;
import io.npuq.schema.config.TlsConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who may ask the server, and how safe the way to it is: host, keys and TLS, taken together. */
final class Access {
    private Access() {}

    static HttpConfig http(Values values) throws ConfigException {
        Optional<Path> keys = values.get(Settings.API_KEYS_FILE);
        LocalOnly.check(values.get(Settings.HOST), values.get(Settings.ALLOW_NONLOCAL), keys.isPresent());
        return new HttpConfig(
                values.get(Settings.HOST),
                Math.toIntExact(values.get(Settings.PORT)),
                values.get(Settings.ALLOWED_HOSTS),
                values.get(Settings.CONTRACT_FALLBACK),
                keys.isPresent() ? new ApiKeysFile(keys.get()).read() : List.of(),
                tls(values),
                values.get(Settings.GRPC_PORT));
    }

    private static Optional<TlsConfig> tls(Values values) throws ConfigException {
        Optional<Path> cert = values.get(Settings.TLS_CERT);
        Optional<Path> key = values.get(Settings.TLS_KEY);
        if (cert.isPresent() != key.isPresent()) {
            throw new ConfigException(Settings.TLS_CERT.flag() + " and " + Settings.TLS_KEY.flag()
                    + " belong together: " + (cert.isPresent() ? "the key" : "the certificate") + " is missing");
        }
        return cert.flatMap(chain -> key.map(secret -> new TlsConfig(chain, secret)));
    }

    /** What is allowed, but seldom meant. */
    static List<String> warnings(HttpConfig http) throws ConfigException {
        List<String> warnings = new ArrayList<>();
        if (!LocalOnly.isLoopback(http.host()) && http.tls().isEmpty()) {
            warnings.add("keys and texts cross the network in clear: give --tls-cert and --tls-key, or let only a proxy"
                    + " that has them reach " + http.host());
        }
        return warnings;
    }
}
