package io.npuq.api.http;

import io.npuq.scheduler.MinuteWindow;
import io.npuq.schema.config.ApiKey;
import io.npuq.schema.config.ClientLimits;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whose request it is, by the key that it carries; and how many requests each key made. Requests are let in on the event loop; the keys may
 * change, and be looked at, on another thread.
 */
public final class Keyring {
    /** What a supervisor asks that holds no key. By the path as it was sent: another spelling of it wants a key. */
    private static final Set<String> OPEN = Set.of("/healthz", "/health", "/v2/health/live", "/v2/health/ready");

    private static final String API_KEY = "X-API-Key";
    private static final String BEARER = "Bearer ";
    private static final Problem UNKNOWN = Problem.of(
                    401,
                    "invalid_api_key",
                    "this server wants one of its API keys, as Authorization: Bearer KEY or as X-API-Key: KEY",
                    "authorization")
            .with(Map.of("WWW-Authenticate", "Bearer"));

    private final LongSupplier nanos;
    private volatile List<Holder> holders;

    /**
     * One key, and what was done with it.
     *
     * @param key as the server knows it
     * @param requests of the last minute
     */
    private record Holder(ApiKey key, MinuteWindow requests) {}

    /**
     * A keyring.
     *
     * @param keys empty where nobody needs one
     * @param nanos a monotonic clock
     */
    public Keyring(List<ApiKey> keys, LongSupplier nanos) {
        holders = keys.stream().map(key -> new Holder(key, new MinuteWindow())).toList();
        this.nanos = nanos;
    }

    /** From now on these keys and no others let in. What was counted of a name that stays is counted on. */
    public void change(List<ApiKey> keys) {
        Map<String, MinuteWindow> counted =
                holders.stream().collect(Collectors.toMap(holder -> holder.key().name(), Holder::requests));
        holders = keys.stream()
                .map(key -> new Holder(key, counted.getOrDefault(key.name(), new MinuteWindow())))
                .toList();
    }

    /** What the client of that name may do, which no longer needs to have a key. */
    public ClientLimits limits(String client) {
        return holders.stream()
                .map(Holder::key)
                .filter(key -> key.name().equals(client))
                .findFirst()
                .map(ApiKey::limits)
                .orElse(ClientLimits.NONE);
    }

    /** Lets the request in, under its key's name; or answers why not. */
    Optional<Problem> refusal(Exchange exchange) {
        HttpServerRequest request = exchange.request();
        if (OPEN.contains(request.path()) || Browsers.wantPage(request)) {
            return Optional.empty();
        }
        holder(request.headers()).ifPresent(exchange::by);
        return refusal(request.headers());
    }

    /** Lets a request in that has these headers, and counts it; or answers why not. */
    public Optional<Problem> refusal(MultiMap headers) {
        if (holders.isEmpty()) {
            return Optional.empty();
        }
        Holder holder = find(shown(headers));
        return holder == null ? Optional.of(UNKNOWN) : tooMany(holder);
    }

    /** The key among these headers; empty where there is none, or an unknown one. */
    public Optional<ApiKey> holder(MultiMap headers) {
        return Optional.ofNullable(find(shown(headers))).map(Holder::key);
    }

    private Optional<Problem> tooMany(Holder holder) {
        OptionalLong most = holder.key().limits().requestsPerMinute();
        if (most.isEmpty()) {
            return Optional.empty();
        }
        long now = TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong());
        long seconds = holder.requests().secondsUntilBelow(now, most.getAsLong());
        if (seconds == 0) {
            holder.requests().add(now, 1);
            return Optional.empty();
        }
        return Optional.of(Problem.of(
                        429,
                        "requests_spent",
                        "this key made " + most.getAsLong()
                                + " requests in the last minute, which is its limit; try again later")
                .retryAfter(seconds));
    }

    private static String shown(MultiMap headers) {
        String authorization = headers.get(HttpHeaders.AUTHORIZATION);
        if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return authorization.substring(BEARER.length()).strip();
        }
        String key = headers.get(API_KEY);
        return key == null ? "" : key.strip();
    }

    /** Looks at every key, whichever it is, so that the time tells nothing. */
    private @Nullable Holder find(String shown) {
        if (holders.isEmpty()) {
            return null;
        }
        String hash = ApiKey.hash(shown);
        Holder found = null;
        for (Holder holder : holders) {
            if (holder.key().hasHash(hash)) {
                found = holder;
            }
        }
        return found;
    }
}
