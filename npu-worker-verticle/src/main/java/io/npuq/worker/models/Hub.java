package io.npuq.worker.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.npuq.worker.models.ModelException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A hub in the manner of Hugging Face, over HTTP. One request a call: who calls decides what is tried again. */
final class Hub {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(15);
    private static final Duration HEAD_LIMIT = Duration.ofSeconds(60);
    /** Ends lists that take too long: the request's own limit ends with the answer's head. */
    private static final Executor LATE =
            CompletableFuture.delayedExecutor(HEAD_LIMIT.toMillis(), TimeUnit.MILLISECONDS);

    private static final int LISTING_BYTES_MAX = 8 << 20;
    private static final int REDIRECTS_MAX = 5;
    private static final Duration RETRY_AFTER_MAX = Duration.ofMinutes(2);
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int DENIED = 401;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    private static final int SERVER_ERROR = 500;

    /** Other people's JSON: its fields are theirs. */
    private static final ObjectMapper LENIENT = new ObjectMapper();

    private final HubSettings settings;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    Hub(HubSettings settings) {
        this.settings = settings;
    }

    HubSettings settings() {
        return settings;
    }

    /**
     * Bytes of a file.
     *
     * @param from where they begin: where it was asked for, or 0
     * @param body to be closed
     */
    record Part(long from, InputStream body) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /** Worth another try. */
    static final class PassingException extends IOException {
        private static final long serialVersionUID = 1L;
        private final transient Optional<Duration> retryAfter;

        PassingException(String message, Optional<Duration> retryAfter) {
            super(message);
            this.retryAfter = retryAfter;
        }

        /** How long the hub asks to be left alone. */
        Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }

    /** The files of a repository's newest commit. */
    Listing list(String repository) throws ModelException, IOException, InterruptedException {
        HttpResponse<InputStream> answer = get(at("/api/models/" + repository + "?blobs=true"), 0);
        try (InputStream body = answer.body()) {
            check(answer, repository);
            var unused = CompletableFuture.runAsync(() -> close(body), LATE);
            byte[] json = body.readNBytes(LISTING_BYTES_MAX + 1);
            if (json.length > LISTING_BYTES_MAX) {
                throw new ModelException(Reason.UNSUITABLE, "the list of " + repository + "'s files is too long");
            }
            return Listing.read(repository, LENIENT.readTree(json));
        } catch (JsonProcessingException e) {
            throw new ModelException(
                    Reason.UNREACHABLE, "what answers at " + settings.endpoint() + " is no hub; check HF_ENDPOINT", e);
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            // Its reader sees that nothing more comes.
        }
    }

    /** A file, from there on; or from its beginning, where the hub does not do parts. */
    Part open(RemoteFile file, long from) throws ModelException, IOException, InterruptedException {
        String path = URLEncoder.encode(file.path(), StandardCharsets.UTF_8)
                .replace("%2F", "/")
                .replace("+", "%20");
        HttpResponse<InputStream> answer =
                get(at("/" + file.repository() + "/resolve/" + file.commit() + "/" + path), from);
        try {
            check(answer, file.repository());
        } catch (ModelException | IOException e) {
            answer.body().close();
            throw e;
        }
        return new Part(answer.statusCode() == PARTIAL ? begin(answer) : 0, answer.body());
    }

    private URI at(String path) {
        return URI.create(settings.endpoint() + path);
    }

    /** Follows redirects itself: the token is for the hub, not for the store that it sends us to. */
    private HttpResponse<InputStream> get(URI first, long from)
            throws IOException, ModelException, InterruptedException {
        URI at = first;
        for (int hop = 0; hop <= REDIRECTS_MAX; hop++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(at)
                    .timeout(HEAD_LIMIT)
                    .header("User-Agent", "npuq")
                    .header("Accept-Encoding", "identity");
            if (from > 0) {
                request.header("Range", "bytes=" + from + "-");
            }
            if (settings.token().isPresent() && isHub(at)) {
                request.header("Authorization", "Bearer " + settings.token().get());
            }
            HttpResponse<InputStream> answer =
                    client.send(request.GET().build(), HttpResponse.BodyHandlers.ofInputStream());
            if (!REDIRECTS.contains(answer.statusCode())) {
                return answer;
            }
            answer.body().close();
            at = target(at, answer.headers().firstValue("Location"));
        }
        throw new ModelException(Reason.UNREACHABLE, "the hub redirects in circles; check HF_ENDPOINT");
    }

    private boolean isHub(URI uri) {
        URI hub = settings.endpoint();
        return uri.getScheme().equals(hub.getScheme())
                && hub.getHost().equalsIgnoreCase(uri.getHost())
                && uri.getPort() == hub.getPort();
    }

    private static URI target(URI from, Optional<String> location) throws ModelException {
        try {
            URI to = from.resolve(location.orElse(""));
            boolean web = "https".equals(to.getScheme())
                    || ("http".equals(to.getScheme()) && "http".equals(from.getScheme()));
            if (location.isPresent() && web && to.getHost() != null) {
                return to;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new ModelException(Reason.UNREACHABLE, "the hub redirects to an address that is none, or not safe");
    }

    private void check(HttpResponse<?> answer, String repository) throws ModelException, PassingException {
        int status = answer.statusCode();
        if (status == OK || status == PARTIAL) {
            return;
        }
        String hub = settings.endpoint().toString();
        switch (status) {
            case NOT_FOUND ->
                throw new ModelException(
                        Reason.NOT_FOUND, "there is no model " + repository + " at " + hub + "; check its name there");
            case DENIED, FORBIDDEN ->
                throw new ModelException(
                        Reason.DENIED,
                        hub + " does not give " + repository + " to "
                                + (settings.token().isPresent() ? "this HF_TOKEN" : "those without a token")
                                + ": it is gated, private, or does not exist. Accept its terms at " + hub + "/"
                                + repository + ", and set HF_TOKEN to a token that may read it");
            default -> {
                if (PASSING.contains(status) || status >= SERVER_ERROR) {
                    throw new PassingException(hub + " answered " + status, retryAfter(answer));
                }
                throw new ModelException(
                        Reason.UNREACHABLE, hub + " answered " + status + " for " + repository + "; check HF_ENDPOINT");
            }
        }
    }

    private static Optional<Duration> retryAfter(HttpResponse<?> answer) {
        return answer.headers()
                .firstValue("Retry-After")
                .filter(seconds -> seconds.matches("[0-9]{1,6}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .map(wanted -> wanted.compareTo(RETRY_AFTER_MAX) > 0 ? RETRY_AFTER_MAX : wanted);
    }

    /** Of {@code Content-Range: bytes 5-9/10}; −1 where it says nothing that can be used. */
    private static long begin(HttpResponse<?> answer) {
        return answer.headers()
                .firstValue("Content-Range")
                .filter(range -> range.matches("bytes [0-9]{1,18}-[0-9]{1,18}/.*"))
                .map(range -> Long.parseLong(range.substring("bytes ".length(), range.indexOf('-'))))
                .orElse(-1L);
    }
}
