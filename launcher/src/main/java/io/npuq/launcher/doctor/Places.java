package io.npuq.launcher.doctor;

import io.npuq.launcher.client.ApiException;
import io.npuq.launcher.client.NpuqApi;
import io.npuq.launcher.client.Trust;
import io.npuq.schema.config.HttpConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where npuq keeps its files, and where it listens. */
final class Places {
    private static final long MEGABYTE = 1_000_000;

    /** What the set-up wants, and what the queue wants. */
    private static final long SETUP_BYTES = 1_300 * MEGABYTE;

    private static final long QUEUE_BYTES = 64L << 20;

    private Places() {}

    static Check disk(Path home, boolean setupIsDue) {
        Path there = existing(home);
        try {
            long free = Files.getFileStore(there).getUsableSpace();
            String found = free / MEGABYTE + " MB free in " + home;
            if (free < QUEUE_BYTES) {
                return Check.needed("disk", found, "free some space, or name another directory with --home");
            }
            return setupIsDue && free < SETUP_BYTES
                    ? Check.missing(
                            "disk",
                            found + "; the set-up wants " + SETUP_BYTES / MEGABYTE,
                            "free some space, or name another directory with --home")
                    : Check.ok("disk", found);
        } catch (IOException e) {
            return Check.needed("disk", "cannot look at " + there + ": " + e.getMessage(), "name another with --home");
        }
    }

    static Check data(Path dir) {
        Path there = existing(dir);
        boolean usable = Files.isDirectory(there) && Files.isWritable(there);
        return usable
                ? Check.ok("data directory", dir + (there.equals(dir) ? "" : ", which the first start makes"))
                : Check.needed(
                        "data directory",
                        dir + " cannot be " + (there.equals(dir) ? "written" : "made in " + there),
                        "make it writable for this user, or name another with --data");
    }

    /** Where a server of this configuration listens. */
    static String address(HttpConfig http) {
        return (http.host().contains(":") ? "[" + http.host() + "]" : http.host()) + ":" + http.port();
    }

    static Check port(HttpConfig http) {
        String address = address(http);
        if (isFree(http)) {
            return Check.ok("port", address + " is free");
        }
        try {
            api(http).health();
            return Check.ok("port", "an npuq answers at " + address);
        } catch (ApiException e) {
            return Check.needed(
                    "port",
                    address + " is in use by something that does not answer as an npuq",
                    "stop what listens there, or choose another with --port");
        }
    }

    /** Of an npuq with the same configuration: it shows that certificate, and wants no key of who asks for its health. */
    static NpuqApi api(HttpConfig http) throws ApiException {
        String address = address(http);
        return http.tls().isEmpty()
                ? new NpuqApi(URI.create("http://" + address), Optional.empty(), Optional.empty())
                : new NpuqApi(
                        URI.create("https://" + address),
                        Optional.empty(),
                        Optional.of(Trust.in(http.tls().get().cert())));
    }

    private static boolean isFree(HttpConfig http) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByName(http.host()), http.port()));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The path itself, or the nearest directory above it that is there. */
    static Path existing(Path path) {
        Path there = path;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return there;
    }
}
