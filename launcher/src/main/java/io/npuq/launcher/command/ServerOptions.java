package io.npuq.launcher.command;

import io.npuq.launcher.client.ApiException;
import io.npuq.launcher.client.NpuqApi;
import io.npuq.launcher.client.Trust;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server a command talks to, with which key, and whom it believes. */
final class ServerOptions {
    private static final String ENV = "NPUQ_URL";
    private static final String KEY_ENV = "NPUQ_API_KEY";
    private static final String KEY_FILE_ENV = "NPUQ_API_KEY_FILE";
    private static final String CA_ENV = "NPUQ_CA_CERT";
    private static final String DEFAULT = "http://127.0.0.1:18820";

    @Option(names = "--url", paramLabel = "URL", description = "the server's address (" + ENV + "); default " + DEFAULT)
    private @Nullable String url;

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description =
                    "a file with the key that the server wants (" + KEY_FILE_ENV + "); or the key itself in " + KEY_ENV)
    private @Nullable String keyFile;

    @Option(
            names = "--ca-cert",
            paramLabel = "FILE",
            description = "believe only https servers with a certificate of this file, or signed by one (" + CA_ENV
                    + "); without it, those that Java believes")
    private @Nullable String caCert;

    NpuqApi api() throws CommandFailedException, ApiException {
        Optional<Path> certificates = path("--ca-cert", caCert, CA_ENV);
        return new NpuqApi(
                uri(), key(), certificates.isPresent() ? Optional.of(Trust.in(certificates.get())) : Optional.empty());
    }

    /** Whether the command line names a server. */
    boolean isGiven() {
        return url != null;
    }

    private URI uri() throws CommandFailedException {
        String given = given(url, ENV).orElse(DEFAULT);
        try {
            URI uri = URI.create(given);
            if (uri.getHost() == null || !uri.getScheme().matches("https?")) {
                throw new IllegalArgumentException("no address of a server");
            }
            return uri;
        } catch (IllegalArgumentException e) {
            throw new CommandFailedException(
                    ExitCode.INVALID_INPUT, "--url is \"" + given + "\"; it must be an address such as " + DEFAULT, e);
        }
    }

    /** Never from a flag, which everyone sees in the list of processes. A file that is named wins over the environment's key. */
    private Optional<String> key() throws CommandFailedException {
        Optional<String> inEnvironment = keyFile == null ? given(null, KEY_ENV) : Optional.empty();
        Optional<Path> file = path("--api-key-file", keyFile, KEY_FILE_ENV);
        if (inEnvironment.isPresent() || file.isEmpty()) {
            return checked(inEnvironment, KEY_ENV);
        }
        try {
            return checked(Optional.of(Files.readString(file.get())), file.get().toString());
        } catch (IOException e) {
            throw new CommandFailedException(
                    ExitCode.INVALID_INPUT,
                    "--api-key-file: " + file.get() + " cannot be read: "
                            + e.getClass().getSimpleName() + " " + e.getMessage(),
                    e);
        }
    }

    private static Optional<String> checked(Optional<String> text, String where) throws CommandFailedException {
        Optional<String> key = text.map(String::strip);
        if (key.isPresent() && !key.get().matches("[!-~]+")) {
            throw new CommandFailedException(
                    ExitCode.INVALID_INPUT,
                    where + " must hold one key, of visible ASCII characters, and nothing else");
        }
        return key;
    }

    private static Optional<Path> path(String flag, @Nullable String option, String env) throws CommandFailedException {
        Optional<String> given = given(option, env);
        try {
            return given.map(Path::of);
        } catch (InvalidPathException e) {
            throw new CommandFailedException(ExitCode.INVALID_INPUT, flag + " is no path: " + e.getMessage(), e);
        }
    }

    /** A variable that is set to nothing is not set. */
    private static Optional<String> given(@Nullable String option, String env) {
        return Optional.ofNullable(option)
                .or(() -> Optional.ofNullable(System.getenv(env)).filter(text -> !text.isBlank()));
    }
}
