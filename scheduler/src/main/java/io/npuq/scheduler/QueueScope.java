package io.npuq.scheduler;

import com.fasterxml.jackson.annotation.JsonValue;
import io.npuq.schema.WireName;
import java.util.Locale;

/** Whom an operator means. Where a queue has one host, both mean the same. */
public enum QueueScope implements WireName {
    /** The host that is told. */
    HOST,
    /** All hosts of the queue. */
    ALL;

    @Override
    @JsonValue
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
