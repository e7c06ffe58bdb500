package io.npuq.schema;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What happens to a job whose deadline the backlog already rules out. */
public enum DeadlineMode implements WireName {
    /** It is refused, with the estimate. */
    STRICT,
    /** It is taken, and expires if its turn does not come in time. */
    BEST_EFFORT;

    @Override
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
