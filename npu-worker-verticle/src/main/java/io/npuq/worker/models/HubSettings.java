package io.npuq.worker.models;

import io.npuq.schema.InvalidInputException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Which hub, and as whom.
 *
 * @param endpoint its address, without a slash at its end
 * @param token for it, and for no other host
 * @param firstPause before the second try of a request; it doubles
 * @param stallMax how long a transfer may bring nothing before it is begun anew
 */
public record HubSettings(URI endpoint, Optional<String> token, Duration firstPause, Duration stallMax) {
    private static final String ENDPOINT_DEFAULT = "https://huggingface.co";
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration STALL_MAX = Duration.ofSeconds(60);

    /**
     * As the hub's own tools have it: {@code HF_ENDPOINT} and {@code HF_TOKEN}.
     *
     * @throws InvalidInputException naming the variable that is wrong
     */
    public static HubSettings of(Map<String, String> environment) {
        String endpoint = environment.getOrDefault("HF_ENDPOINT", "").strip();
        String token = environment.getOrDefault("HF_TOKEN", "").strip();
        if (!token.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw new InvalidInputException(
                    "HF_TOKEN", "HF_TOKEN has characters that no token has; set it to a token of the hub, or unset it");
        }
        return new HubSettings(
                endpoint(endpoint.isEmpty() ? ENDPOINT_DEFAULT : endpoint),
                token.isEmpty() ? Optional.empty() : Optional.of(token),
                FIRST_PAUSE,
                STALL_MAX);
    }

    private static URI endpoint(String given) {
        String text = given.endsWith("/") ? given.substring(0, given.length() - 1) : given;
        try {
            URI uri = new URI(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (web
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new InvalidInputException(
                "HF_ENDPOINT", "HF_ENDPOINT must be the address of a hub, such as " + ENDPOINT_DEFAULT);
    }
}
