package io.npuq.launcher.config;

import io.npuq.schema.InvalidInputException;
import io.npuq.schema.config.StoreConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;

/** What is said of the store that hosts share, taken together. */
final class Store {
    /** The variable that holds the password, where no file does. */
    static final String PASSWORD_ENV = "NPUQ_STORE_PASSWORD";

    private Store() {}

    /** The store; empty when the queue is kept in a directory of this host alone. */
    static Optional<StoreConfig> of(Values values, Map<String, String> environment) throws ConfigException {
        Optional<String> url = values.get(Settings.STORE);
        if (url.isEmpty()) {
            if (values.get(Settings.STORE_PASSWORD_FILE).isPresent()) {
                throw new ConfigException(Settings.STORE_PASSWORD_FILE.flag() + " is given, but no "
                        + Settings.STORE.flag() + ": leave it out, or name the store");
            }
            return Optional.empty();
        }
        Optional<String> password = Secret.of(values, Settings.STORE_PASSWORD_FILE, PASSWORD_ENV, environment);
        try {
            return Optional.of(new StoreConfig(
                    url.get(), password, values.get(Settings.STORE_HOST_NAME).orElseGet(Store::machine)));
        } catch (InvalidInputException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            // It has a name that nobody resolves; the store tells hosts apart by more than that.
            return "localhost";
        }
    }
}
