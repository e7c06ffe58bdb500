package io.npuq.schema.config;

import io.npuq.schema.InvalidInputException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/**
 * A queue that many hosts share, in PostgreSQL.
 *
 * @param url where: {@code postgresql://[user@]host[:port]/database[?option=value…]}, with options of PostgreSQL's JDBC driver, such as
 *     {@code sslmode}; never with a password
 * @param password empty where the server asks for none
 * @param hostName what this host is called in the store
 */
public record StoreConfig(String url, Optional<String> password, String hostName) {
    /** How every such URL begins. */
    public static final String SCHEME = "postgresql://";

    /** Checks the form; whether it can be reached shows later. */
    public StoreConfig {
        URI uri = parse(url);
        InvalidInputException.check(
                url.startsWith(SCHEME) && uri.getHost() != null && uri.getPath().length() > 1,
                "store",
                "store must be " + SCHEME + "[user@]host[:port]/database[?option=value]");
        String user = uri.getRawUserInfo();
        String query = uri.getRawQuery();
        InvalidInputException.check(
                (user == null || !user.contains(":")) && (query == null || !query.contains("password=")),
                "store",
                "store must not hold a password, which everyone on this machine could read in the list of processes; "
                        + "put it into a file and name that with store_password_file");
    }

    private static URI parse(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new InvalidInputException("store", "store is no URL: see character " + (e.getIndex() + 1));
        }
    }

    /** Who logs in; empty for the driver's own default. */
    public Optional<String> user() {
        return Optional.ofNullable(parse(url).getUserInfo());
    }

    /** The same for the driver, which takes no user there. */
    public String jdbcUrl() {
        return "jdbc:" + SCHEME + url.substring(url.indexOf('@') + 1).replaceFirst("^" + SCHEME, "");
    }

    /** The password stays out of logs. */
    @Override
    public String toString() {
        return "StoreConfig[url=" + url + ", hostName=" + hostName + "]";
    }
}
