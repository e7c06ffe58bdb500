package io.npuq.api.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import io.npuq.api.http.Fields;
import io.npuq.schema.InvalidInputException;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether the model is to stay. For how long is the server's own setting, so that one client does not decide it for the others. */
enum KeepAlive {
    /** For as long as the server keeps models. */
    STAYS,
    /** Until no job waits for it. */
    GOES;

    private static final String NAME = "keep_alive";
    private static final Pattern DURATION =
            Pattern.compile("[+-]?(?:0|(?:\\d{1,18}(?:\\.\\d{1,18})?(?:ns|us|µs|ms|s|m|h)){1,7})");
    private static final Pattern DIGIT_ABOVE_ZERO = Pattern.compile("[1-9]");

    /** Seconds as a number, or a text such as {@code 5m}; zero lets it go. */
    static KeepAlive read(Fields body) {
        Optional<JsonNode> given = body.any(NAME);
        if (given.isEmpty()) {
            return STAYS;
        }
        return isZero(given.get()) ? GOES : STAYS;
    }

    private static boolean isZero(JsonNode given) {
        if (given.isNumber()) {
            return given.decimalValue().compareTo(BigDecimal.ZERO) == 0;
        }
        Matcher duration = DURATION.matcher(given.asText());
        InvalidInputException.check(
                given.isTextual() && duration.matches(),
                NAME,
                NAME + " must be a number of seconds or a duration such as 5m; 0 frees the model, and for how long one"
                        + " is kept otherwise is the server's setting");
        return !DIGIT_ABOVE_ZERO.matcher(given.asText()).find();
    }
}
