package io.npuq.launcher.command;

import io.npuq.launcher.client.NpuqApi;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server a command talks to. */
final class UrlOption {
    private static final String ENV = "NPUQ_URL";
    private static final String DEFAULT = "http://127.0.0.1:18820";

    @Option(names = "--url", paramLabel = "URL", description = "the server's address (" + ENV + "); default " + DEFAULT)
    private @Nullable String url;

    NpuqApi api() throws CommandFailedException {
        return new NpuqApi(uri());
    }

    /** Whether the command line names a server. */
    boolean isGiven() {
        return url != null;
    }

    private URI uri() throws CommandFailedException {
        String env = System.getenv().getOrDefault(ENV, "");
        String given = url != null ? url : env.isBlank() ? DEFAULT : env;
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
}
