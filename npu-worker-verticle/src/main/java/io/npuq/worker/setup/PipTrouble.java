package io.npuq.worker.setup;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A kind of failure of pip's, known by its words.
 *
 * @param signs what pip says then, in lower case; the first kind in the list with a sign in the output is it
 * @param advice what happened and what to do
 */
record PipTrouble(List<String> signs, String advice) {
    private static final List<PipTrouble> KNOWN = List.of(
            new PipTrouble(
                    List.of("do not match the hashes"),
                    "a package came with other content than npuq was made with, and was not installed."
                            + " A proxy or a mirror may have changed it: try again, or from another network or index (PIP_INDEX_URL)"),
            new PipTrouble(
                    List.of("no space left on device", "not enough space on the disk"),
                    "the disk is full: free some space, or set NPUQ_HOME to a directory on another disk"),
            new PipTrouble(
                    List.of("certificate verify failed", "sslerror"),
                    "the index's certificate is not trusted: name your authority's certificate in PIP_CERT"),
            new PipTrouble(
                    List.of("cannot connect to proxy", "tunnel connection failed", "proxyerror"),
                    "the proxy does not let it through: check https_proxy, or PIP_PROXY"),
            new PipTrouble(
                    List.of(
                            "newconnectionerror",
                            "connecttimeouterror",
                            "readtimeouterror",
                            "connection refused",
                            "connection reset",
                            "connection aborted",
                            "connection broken",
                            "incompleteread",
                            "temporary failure in name resolution",
                            "name or service not known",
                            "network is unreachable",
                            "max retries exceeded"),
                    "the package index cannot be reached: connect to the network, or name a reachable index in PIP_INDEX_URL"
                            + " (a proxy in https_proxy, its certificate in PIP_CERT), and start again; it goes on where it stopped"),
            new PipTrouble(
                    List.of(
                            " server error: ",
                            "401 client error",
                            "403 client error",
                            "407 client error",
                            "429 client error"),
                    "the package index refuses or fails: check PIP_INDEX_URL and its credentials, or try again later"),
            new PipTrouble(
                    List.of("no matching distribution found", "could not find a version"),
                    "the index has no package for this machine (" + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch")
                            + "). OpenVINO is made for CPython on Linux with glibc (x86-64: 2.28 or later, arm64: 2.35 or later),"
                            + " Windows x86-64 and macOS arm64. Check the index (PIP_INDEX_URL); elsewhere set NPUQ_OPENVINO to an OpenVINO of your own"),
            new PipTrouble(
                    List.of("permission denied", "read-only file system"),
                    "npuq's directory cannot be written: change its rights, or set NPUQ_HOME to another directory"));

    /** What the output means, if it is known. */
    static Optional<String> of(List<String> output) {
        String text = String.join("\n", output).toLowerCase(Locale.ROOT);
        return KNOWN.stream()
                .filter(kind -> kind.signs().stream().anyMatch(text::contains))
                .map(PipTrouble::advice)
                .findFirst();
    }
}
